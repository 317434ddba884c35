#ifndef CHAIN_DIAL_H
#define CHAIN_DIAL_H

#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

/*
 * Connections to a numeric address, never blocking.  That the connection
 * stands, or why not, comes with the first read.
 */
enum { DIAL_PATH_MAX = 107, DIAL_TEXT_MAX = 120 };

enum dial_kind { DIAL_NONE, DIAL_V4, DIAL_V6, DIAL_UNIX };

struct dial_addr {
	enum dial_kind kind;
	uint16_t port;
	unsigned char ip[16]; /* 4 or 16 bytes */
	const char *path;     /* the caller's, path_len bytes, no NUL */
	unsigned path_len;
};

/*
 * dial_scan - HOST/PORT/IP, or HOST/0//path for a Unix socket
 *
 * p, n  one word; host and host_len receive the HOST in it; a->path points
 *       into it.  Returns 0, or -1 when it is none of these.
 */
int dial_scan(const char *p, size_t n, struct dial_addr *a, const char **host,
    size_t *host_len);
/* an address alone: kind V4 or V6; 0, or -1 */
int dial_scan_ip(const char *p, size_t n, struct dial_addr *a);
/*
 * dial_start - a non-blocking, close-on-exec socket that is connecting
 *
 * from  the source address, kind DIAL_NONE: any; ignored when its kind is
 *       not that of to
 * local receives 1 when the failure is ours (no descriptors, no memory,
 *       the source address is not one of this machine), not the host's
 * Returns the descriptor, or -1 with errno.
 */
int dial_start(const struct dial_addr *to, const struct dial_addr *from,
    int *local);
/*
 * dial_path - a non-blocking, close-on-exec connection to a Unix socket
 *
 * Returns the descriptor, or -1 with errno: ENAMETOOLONG above DIAL_PATH_MAX
 * bytes, EAGAIN when too many wait there already, and those of connect(2).
 */
int dial_path(const char *path);
/* 1 when the connection stands (its far end has a name), else 0 */
int dial_stands(int fd);
/* the IP (or path) as text, NUL behind it; returns out */
char *dial_text(const struct dial_addr *, char out[DIAL_TEXT_MAX]);

#endif
