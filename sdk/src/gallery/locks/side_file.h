// The files that SQLite keeps beside a gallery (-wal, -shm, -journal), and who may own them. Their content counts as
// much as that of the gallery itself.
#pragma once

struct stat;

namespace visavis {

// Whether only users who may write the gallery could have made the file and may write it. It must be an ordinary file
// with one name, and give no right to write that the gallery does not give. It must belong to the gallery's owner, to
// this process's user or to root; it may belong to anybody where the gallery's group, or everybody, may write the
// gallery, and the file has that group.
bool is_trusted_beside(const struct stat& side, const struct stat& gallery);

// If the file belongs to this process's user, gives it the gallery's group and no more rights than the gallery has.
// What the system refuses is left as it is. Takes no memory.
void share_rights(int fd, const struct stat& gallery);

}  // namespace visavis
