// `visavis gallery rekey`: changes the key, or encrypts every row again. If it was stopped, the same command continues.
#include <optional>

#include "commands/gallery_commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "secret.h"

namespace visavis::cli {
namespace {

struct RekeyOptions {
  std::string gallery;
  std::string new_key;  // empty: the key does not change
  bool reencrypt = false;
};

// The new key comes into force first. So after an earlier run of the same command only the new key may open the
// gallery.
Gallery open_with_either(const Context& context, const std::string& path, const Models& models,
                         const RekeyOptions& options, std::optional<Key>& new_key) {
  const auto read_new_key = [&] {
    if (!options.new_key.empty()) new_key = key_from(options.new_key, true);
  };
  try {
    Gallery gallery = open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST);
    read_new_key();
    return gallery;
  } catch (const Error& error) {
    if (error.code() != VAV_E_GALLERY_KEY || options.new_key.empty()) throw;
    read_new_key();
    try {
      return open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST, *new_key);
    } catch (const Error&) {
    }
    throw;
  }
}

// Says it after a failure or Ctrl-C: who throws the wrong key away loses the gallery.
void say_what_opens_it(const std::string& path, const Models& models, const std::optional<Key>& new_key) try {
  if (new_key) {
    GalleryOptions options;  // no keep_going: Ctrl-C was pressed already
    options.mode = VAV_GALLERY_READ_ONLY;
    options.key = new_key;
    const Gallery opened(path, models, options);
    err() << "visavis: from now on only the key of --new opens " << path
          << (opened.info().reencrypting ? "; the same command again encrypts the rest anew" : "") << '\n';
  } else {
    err() << "visavis: " << path << " opens as before; the same command again encrypts the rest anew\n";
  }
} catch (const Error& error) {
  if (error.code() == VAV_E_GALLERY_KEY) err() << "visavis: the key of --unlock still opens " << path << '\n';
}

int rekey(const Context& context, const RekeyOptions& options) {
  const bool has_new_key = !options.new_key.empty();
  if (!has_new_key && !options.reencrypt) throw WrongUse("give --new, --reencrypt or both");
  const Models models = open_models_alone(context);
  std::optional<Key> new_key;
  Gallery gallery = open_with_either(context, options.gallery, models, options, new_key);
  try {
    if (new_key)
      gallery.rekey(*new_key, options.reencrypt);
    else
      gallery.reencrypt();
  } catch (...) {
    say_what_opens_it(options.gallery, models, new_key);
    throw;
  }
  if (context.json) {
    print_json({{"gallery", options.gallery}, {"new_key", has_new_key}, {"reencrypted", options.reencrypt}});
  } else if (!context.quiet) {
    out() << options.gallery << ": " << (has_new_key ? "opens with the new key" : "opens as before")
          << (options.reencrypt ? ", every row encrypted anew" : "") << '\n';
  }
  return kDone;
}

}  // namespace

void add_gallery_rekey(Command* command, Context& context, const GalleryPath& path) {
  const auto options = std::make_shared<RekeyOptions>();
  auto* verb = command->add_subcommand("rekey", "Change the key or passphrase of an encrypted gallery");
  verb->add_option("--new", options->new_key, "The new key; SOURCE as for --unlock").option_text("SOURCE");
  verb->add_flag("--reencrypt", options->reencrypt,
                 "Make also a new data key and encrypt every row again, while others may use the gallery; if "
                 "interrupted, run the same command again");
  verb->footer("Example:\n  visavis gallery rekey -g people.vav --unlock prompt --new file:/etc/door/key --reencrypt");
  verb->callback([&context, path, options] {
    options->gallery = *path;
    context.action = [&context, options] { return rekey(context, *options); };
  });
}

}  // namespace visavis::cli
