#ifndef SHIP_SHIPCONN_H
#define SHIP_SHIPCONN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A connection of a link to its receiver, plain or by TLS, that is waited for:
 * such a link does one thing at a time.  Every wait has its end, until_ms of
 * clock_mono_ms(); what has failed says why in words.
 */
enum { SHIPCONN_WHY_MAX = 300 /* bytes of them, with the NUL */ };

struct shipconn_to {
	const char *host, *port; /* names are the system's to find */
	const char *path;        /* instead of them: a socket of the system */
	int datagrams;           /* UDP */
	int tls;
	const char *ca_file;              /* NULL: the system's authorities */
	const char *cert_file, *key_file; /* our own; NULL: none */
};

/* all zero, with fd -1: none */
struct shipconn {
	int fd;
	void *tls;
	char why[SHIPCONN_WHY_MAX];
};

/* all of these: 0, or -1 with why, and then only shipconn_close() is of use */
int shipconn_open(struct shipconn *, const struct shipconn_to *,
    int64_t until_ms);
int shipconn_write(struct shipconn *, const void *, size_t n, int64_t until_ms);
/* what there is, at most n bytes; 0 at the end of what comes */
ssize_t shipconn_read(struct shipconn *, void *, size_t n, int64_t until_ms);
/*
 * shipconn_finish - say that nothing more comes, and hear that the other side
 * has read all
 *
 * Who closes his end in answer to the end of ours has read up to it; who dies
 * with something unread, or loses it on the way, does not answer so, but by a
 * reset.  What he may have to say meanwhile is nothing to us.
 */
int shipconn_finish(struct shipconn *, int64_t until_ms);
/* is it still there, with nothing to be read?  1 or 0; for one that waits for
 * us to speak */
int shipconn_alive(struct shipconn *);
void shipconn_close(struct shipconn *);

#endif
