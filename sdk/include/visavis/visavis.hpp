/* The C API for C++17 and later, header only: objects free themselves, errors are exceptions. */
#ifndef VISAVIS_VISAVIS_HPP
#define VISAVIS_VISAVIS_HPP

/*
 * What the C headers say about units, codes, threads and lifetimes holds here too. Each file below has its C header.
 * - A function that fails throws visavis::Error, with the code and the message of the C API.
 * - A class owns one object of the C API. It can be moved, not copied; get() gives the C pointer.
 * - Results are plain structs and copies: std::string, and std::optional where there may be none. Where something is
 *   borrowed instead, such as the floats of an embedding, the comment says so.
 * - An answer that is more than yes or no does not compile as a condition: compare it, or ask same(), done() ….
 * - Texts are UTF-8; a zero byte inside is INVALID_ARGUMENT.
 * - A function of yours that the library calls may throw: the call of the library ends and throws the same exception.
 */
#include "visavis/assess.hpp"
#include "visavis/audit.hpp"
#include "visavis/base.hpp"
#include "visavis/cluster.hpp"
#include "visavis/compare.hpp"
#include "visavis/engine.hpp"
#include "visavis/faces.hpp"
#include "visavis/gallery.hpp"
#include "visavis/gallery_file.hpp"
#include "visavis/image.hpp"
#include "visavis/key.hpp"
#include "visavis/models.hpp"
#include "visavis/move.hpp"
#include "visavis/person.hpp"
#include "visavis/policy.hpp"
#include "visavis/portrait.hpp"
#include "visavis/quality.hpp"
#include "visavis/rates.hpp"
#include "visavis/search.hpp"
#include "visavis/secrecy.hpp"
#include "visavis/version.hpp"
#include "visavis/visavis.h"

#endif
