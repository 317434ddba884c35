#ifndef BASE_FD_H
#define BASE_FD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct buf;

/* all return 0, or -1 with errno */
int fd_nonblock(int fd);
int fd_block(int fd);
int fd_cloexec(int fd);
/* all n bytes, on a blocking descriptor; EINTR and short writes handled */
int fd_write_all(int fd, const void *, size_t n);
/* read until n bytes or EOF; returns the count */
ssize_t fd_read_all(int fd, void *, size_t n);
/* what there is, n bytes at most, appended; EINTR handled.  How many came, 0
 * at the end, -1 with errno, ENOMEM besides those of read(2) */
ssize_t fd_read_more(int fd, struct buf *, size_t n);
/*
 * a whole file into a new allocation, NUL behind it, at most max bytes
 * (EFBIG above); the caller frees *out.  ENOTSUP: a FIFO or a device, ENXIO:
 * a socket; it waits for none of them
 */
int fd_slurp(const char *path, size_t max, char **out, size_t *len);
/* in a folder; unlike renameat() it replaces nothing.  0, or -1 with errno,
 * EEXIST: that name is taken */
int fd_rename(int folder, const char *from, const char *to);
/* close what is of no more use; errno stays.  Returns -1 */
int fd_fail(int fd);
/* close it, if it is one: it is -1 then */
void fd_drop(int *fd);
/* an exclusive lock, flock(2), that another one may hold for wait_ms more.  0,
 * or -1 with errno: ETIMEDOUT, he still does */
int fd_lock(int fd, int64_t wait_ms);
/* a new pipe, both ends close-on-exec and above 2; 0, or -1 with errno */
int fd_pipe(int p[2]);
/*
 * a pipe of that size, or as much of it as this user may still have: the
 * kernel counts the pipes of a user together, and who is above his share gets
 * tiny ones from then on.  What is no pipe stays as it is
 */
void fd_pipe_size(int fd, int bytes);
/* a new file without a name in dir, for reading and writing; -1 with errno */
int fd_unnamed(const char *dir);
/* raise the limit of open descriptors as far as allowed; returns it */
size_t fd_limit_raise(void);

#endif
