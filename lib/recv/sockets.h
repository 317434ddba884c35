#ifndef RECV_SOCKETS_H
#define RECV_SOCKETS_H

#include "chain/acceptor.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * The listening sockets of a server, until they are served: all zero has none.
 */
struct sockets {
	const char *at[ACCEPTOR_MAX]; /* as listen_open(), or "-" */
	int fd[ACCEPTOR_MAX];
	unsigned n;
};

/* an address to listen at, which must stay; 0, or -1: they are too many */
int sockets_add(struct sockets *, const char *address);
/*
 * sockets_open - open all of them
 *
 * door  of sock-hold(8), which may have one: chain/hold.h; or NULL
 * mode  of Unix sockets
 *
 * "-" is descriptor 0.  Each is non-blocking then.  What cannot be had ends the
 * program with EXIT_TEMP and a line.
 */
void sockets_open(struct sockets *, const char *door, mode_t mode);
void sockets_close(struct sockets *);
/* does one that is open have this port? */
int sockets_have_port(const struct sockets *, uint16_t port);
/* the same at a path, for programs of this machine; returns the descriptor */
int sockets_local(const char *path, mode_t mode);

#endif
