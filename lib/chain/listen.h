#ifndef CHAIN_LISTEN_H
#define CHAIN_LISTEN_H

#include <sys/types.h>

enum { LISTEN_BACKLOG = 1024 };

/*
 * listen_open - a listening stream socket, non-blocking and close-on-exec
 *
 * address  unix:PATH, IP:PORT or [IP]:PORT, numbers only; port 0 lets the
 *          kernel choose
 * mode     access mode of a Unix socket, which appears with it under its
 *          name, complete and listening, in place of one that nobody
 *          serves any more
 *
 * In a folder of another user root acts as he, folder.h.
 *
 * Returns the descriptor, or -1 with errno: EINVAL no such form of address,
 * EADDRINUSE somebody serves it already, ENOTSOCK the path is something
 * else.
 */
int listen_open(const char *address, mode_t mode);

/* is it a listening socket, as another program has handed it on?  1 or 0 */
int listen_is(int fd);

/* is this socket bound to IP:PORT or [IP]:PORT, in any spelling?  1 or 0 */
int listen_is_at(int fd, const char *address);

/* remove the path of a Unix socket that fd still stands behind; no-op else */
void listen_unlink(const char *address, int fd);

#endif
