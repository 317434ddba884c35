#ifndef ACCEPT_CREDITFILE_H
#define ACCEPT_CREDITFILE_H

#include "accept/credits.h"

/*
 * Accounts in a file: a line is appended for each that has another balance, and
 * the whole is written anew when it has become much longer than what it says.  An
 * append is one write: a kill loses nothing of it, a power cut what was not synced
 * yet.
 */
enum {
	CREDITFILE_SLACK_BYTES = 1 << 20, /* written anew above twice what it
					   * was, and this */
	CREDITFILE_MAX = 1 << 28,         /* longer: damaged */
	CREDITFILE_SAY_MS = 60000         /* trouble is told so often */
};

struct creditfile {
	const char *path;
	struct credits *credits;
	int fd; /* -1: none */
	uint64_t size, base;
	struct buf lines; /* to be appended */
	int64_t said_ms;
};

/* path is kept.  What cannot be read is told; 0, or -1 with errno: then the file is
 * there, and who goes on would forget what people have paid for */
int creditfile_open(struct creditfile *, const char *path, struct credits *);
/* an account has another balance */
void creditfile_put(struct creditfile *, const struct credit *);
/* what was put goes into the file: 0, or -1, which is told */
int creditfile_flush(struct creditfile *);
/* and is safe from a power cut: 0, or -1, which is told */
int creditfile_sync(struct creditfile *);
void creditfile_close(struct creditfile *);

#endif
