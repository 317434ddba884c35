#ifndef BASE_FDPASS_H
#define BASE_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Descriptors that go over a Unix socket together with bytes (SCM_RIGHTS,
 * unix(7)): the other end has them as its own, and so has ours until it
 * closes them.
 */
enum { FDPASS_MAX = 4 /* descriptors with one message */ };

/*
 * fdpass_send - bytes, and descriptors with the first of them
 *
 * p, n     at least one byte
 * fds, n_fds  0 to FDPASS_MAX of them; they stay the caller's
 *
 * Returns how many bytes went, all descriptors with them, or -1 with errno;
 * EPIPE comes without a signal.
 */
ssize_t fdpass_send(int socket, const void *p, size_t n, const int fds[],
    size_t n_fds);

/*
 * fdpass_receive - bytes, and the descriptors that come with them
 *
 * p, n     room for the bytes
 * flags    of recvmsg(2): MSG_PEEK leaves the bytes where they are, but the
 *          descriptors are here; MSG_CMSG_CLOEXEC
 * fds, n_fds  receives descriptors, which are the caller's then, and -1 for
 *          each that did not come; whatever comes beyond them is closed
 *
 * Returns as recvmsg(2), and fds are all -1 with -1; EINTR is handled.
 */
ssize_t fdpass_receive(int socket, void *p, size_t n, int flags, int fds[],
    size_t n_fds);

#endif
