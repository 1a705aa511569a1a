/* The C API for C++17 and later: objects that clean up after themselves, exceptions instead of codes. Header only. */
#ifndef VISAVIS_VISAVIS_HPP
#define VISAVIS_VISAVIS_HPP

/*
 * What the C headers say of units, codes, threads and lifetimes holds here too; their names are those of the files below.
 * - Everything that can fail throws visavis::Error, with the code and the message of the C API.
 * - Classes own one object of the C API, can be moved and not copied, and give the C pointer with get().
 * - Structs that come back are plain and yours: std::string, std::optional where there may be none. What is borrowed
 *   instead, such as the floats of an embedding, says so.
 * - An answer that is no plain yes or no does not compile as a condition: compare it, or ask its same(), done() ….
 * - Texts are UTF-8; one with a zero byte in it is refused with INVALID_ARGUMENT.
 * - A function of yours that the library calls may throw: the call that it interrupts ends, and throws it on.
 */
#include "visavis/audit.hpp"
#include "visavis/base.hpp"
#include "visavis/compare.hpp"
#include "visavis/engine.hpp"
#include "visavis/faces.hpp"
#include "visavis/gallery.hpp"
#include "visavis/gallery_file.hpp"
#include "visavis/image.hpp"
#include "visavis/key.hpp"
#include "visavis/models.hpp"
#include "visavis/person.hpp"
#include "visavis/search.hpp"
#include "visavis/secrecy.hpp"
#include "visavis/version.hpp"
#include "visavis/visavis.h"

#endif
