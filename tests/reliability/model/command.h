// One call on a gallery with plain arguments, as a line of text, so that it can be sent to another process, printed and
// given to the model as well.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace visavis::reliability {

enum class Call {
  add_person,
  update_person,
  remove_person,
  forget_person,
  add_template,
  remove_template,
  join_group,
  leave_group,
  purge_expired,
  identify,
  identify_batch,
  verify,
  find_duplicates,
  list_duplicates,
  list_persons,
  list_templates,
  list_groups,
  info,
  check,
  begin,
  commit,
  rollback,
  set_threshold,
  set_audit,
  verify_audit,
  import,
  import_offset,
  compact,
  rekey,
  stage,
  stage_rest,  // all that are not staged yet, with the faces that they have
  list_unstaged,
  move_status,
  cancel_move,
  move,  // to other models and back again at once: the one who moves opens the gallery anew
  keep_chip,
  get_chip,
  remove_chips,
  reopen,
  count
};

// What a call is made with. Each call reads what concerns it; the rest is ignored.
struct Command {
  Call call = Call::info;
  int64_t person = 0, template_id = 0, now = 0;
  int32_t name = -1, external = -1;  // -1: none given
  int32_t enabled = 0;               // a vav_switch
  int64_t from = 0, until = 0, expires = 0;
  int32_t group = -1, group2 = -1;
  int32_t face = 0;
  int32_t threshold = 0;  // hundredths
  int32_t count = 0, within = 0, best_of = 0, inactive = 0, seen = 0, on = 0;
  int64_t only = 0, only2 = 0;  // a list of persons; 0: none

  std::string line() const {
    std::ostringstream out;
    out << int(call);
    for (const int64_t value : {person,
                                template_id,
                                now,
                                int64_t{name},
                                int64_t{external},
                                int64_t{enabled},
                                from,
                                until,
                                expires,
                                int64_t{group},
                                int64_t{group2},
                                int64_t{face},
                                int64_t{threshold},
                                int64_t{count},
                                int64_t{within},
                                int64_t{best_of},
                                int64_t{inactive},
                                int64_t{seen},
                                int64_t{on},
                                only,
                                only2})
      out << ' ' << value;
    return out.str();
  }
  static Command of(const std::string& line) {
    std::istringstream in(line);
    Command c;
    int call = 0;
    in >> call >> c.person >> c.template_id >> c.now >> c.name >> c.external >> c.enabled >> c.from >> c.until >>
        c.expires >> c.group >> c.group2 >> c.face >> c.threshold >> c.count >> c.within >> c.best_of >> c.inactive >>
        c.seen >> c.on >> c.only >> c.only2;
    c.call = static_cast<Call>(call);
    return c;
  }
};

// A face is a place on a grid, so that many are near one another and some equally far. Numbers beyond the grid are far
// from everybody.
inline constexpr int kGrid = 9, kFaces = kGrid * kGrid;
inline std::vector<float> face_at(int32_t number, size_t size) {
  std::vector<float> face(size);
  face[3] = 1.3f;  // as long as one of a face
  if (number >= kFaces) {
    face[2] = 1.3f * static_cast<float>(number - kFaces + 3);
    return face;
  }
  face[0] = 0.15f * static_cast<float>(number % kGrid);
  face[1] = 0.15f * static_cast<float>(number / kGrid % kGrid);
  return face;
}

// Two of the names look the same and are typed differently.
inline const char* const kNames[] = {"Ada", "Grace", "Zo\u00eb", "Zoe\u0308", "Katherine", "2", "ext:1", "Bo"};
inline constexpr int kNameCount = 8;
inline int same_name(int name) { return name == 3 ? 2 : name; }
inline const char* const kGroups[] = {"staff", "vault", "n\u00e4chtlich", "na\u0308chtlich"};
inline constexpr int kGroupCount = 4;
inline int same_group(int group) { return group == 3 ? 2 : group; }
inline std::string external_id(int number) { return "badge-" + std::to_string(number); }

}  // namespace visavis::reliability
