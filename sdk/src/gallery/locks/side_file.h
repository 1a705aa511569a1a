// The files that SQLite keeps beside a gallery (-wal, -shm, -journal), and who may own them. Their content counts as
// much as that of the gallery itself.
#pragma once

struct stat;

namespace visavis {

// Whether only those who may write the gallery could have made the file and may write it: an ordinary file with one
// name, of the gallery's owner, of this process's user or of root (or of anybody, where the gallery's group, or
// everybody, may write the gallery, and the file has that group), which gives no right to write that the gallery does
// not give.
bool is_trusted_beside(const struct stat& side, const struct stat& gallery);

// The file is given the gallery's group and no rights beyond the gallery's, if it is this process's user's. As
// well as can be. Takes no memory.
void share_rights(int fd, const struct stat& gallery);

}  // namespace visavis
