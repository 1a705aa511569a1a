// The sub-commands of `visavis gallery` that have a file of their own; gallery.cc adds them.
#pragma once

#include <memory>
#include <string>

#include "command_line.h"
#include "context.h"
#include "visavis/gallery.hpp"

namespace visavis::cli {

// To which models a move that is under way is: the name of a set, or what is known of the model.
std::string moving_to(const Context& context, const Gallery& gallery, const MoveStatus& move);

using GalleryPath = std::shared_ptr<std::string>;  // -g

// backup, restore, export, compact
void add_gallery_files(Command* command, Context& context, const GalleryPath& path);
void add_gallery_import(Command* command, Context& context, const GalleryPath& path);
// duplicates, groups, purge
void add_gallery_people(Command* command, Context& context, const GalleryPath& path);
void add_gallery_migrate(Command* command, Context& context, const GalleryPath& path);
void add_gallery_rekey(Command* command, Context& context, const GalleryPath& path);

}  // namespace visavis::cli
