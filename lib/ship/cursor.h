#ifndef SHIP_CURSOR_H
#define SHIP_CURSOR_H

#include "base/buf.h"
#include "format/ltsv.h"
#include "ship/logfiles.h"
#include <stdint.h>

/*
 * How far a destination has come in each log, ship-cursor in log-ship(8).  A
 * log is a folder of svlogd(8); its files are known by their names without the
 * ending: when svlogd begins another one, `current` gets such a name, and a
 * processor changes inode and ending, but not the name.  A place is one in the
 * file that is being read, and which files were read before.
 */
enum {
	CURSOR_SRC_MAX = 255,
	CURSOR_FILE_LEN = LOGFILES_NAME_LEN,
	CURSOR_HEAD_MAX = 512,      /* bytes that tell a file from another */
	CURSOR_SUM_LEN = 16,        /* digits */
	CURSOR_BYTES_MAX = 8 << 20, /* of the file in which it is kept */
	CURSOR_SOURCES_MAX = 1024   /* logs */
};

struct cursor_at {
	char behind[CURSOR_FILE_LEN + 1]; /* read last; empty: none was */
	char name[CURSOR_FILE_LEN + 1];   /* being read; empty: `current` */
	uint64_t off;                     /* bytes, as they were logged */
	uint64_t ino;                     /* of the file, as far as known; 0 */
	unsigned head_len;                /* bytes at its beginning, 0: none */
	char head[CURSOR_SUM_LEN + 1];    /* and their sum */
	struct logfiles files;
	/* of a place without the list of files, as it was kept before, until
	 * they are seen: the newest file that was there, and how many there
	 * were behind `behind`, up to it */
	char newest[CURSOR_FILE_LEN + 1];
	uint64_t pending;
};

struct cursor_counts {
	uint64_t events; /* read: taken, filtered, dead, and the on its way */
	uint64_t taken;
	uint64_t filtered;
	uint64_t dead;
	uint64_t other; /* lines that are none of those */
	uint64_t lost;  /* files, or rests of files, that were gone */
	/* events, whatever is wanted, and the sum of what they are: for who
	 * counts them once more */
	uint64_t logged, sum;
	int64_t last_us; /* the time of the last one read; 0: none yet */
};

struct cursor {
	char src[CURSOR_SRC_MAX + 1];
	struct cursor_at at;
	struct cursor_counts n;
};

/* the place is the beginning of whatever is next */
void cursor_no_place(struct cursor_at *);
/* append one as a line; 0, or -1 with ENOMEM */
int cursor_put(struct buf *, const struct cursor *);
/* the last line: without it the text is cut */
int cursor_end(struct buf *);
/*
 * cursor_next - the next one of a text
 *
 * p, end  what is left
 *
 * Returns 1, 0 behind the last one, -1: damaged, or cut.
 */
int cursor_next(const char **p, const char *end, struct cursor *);

/* the sum of a file's first n bytes */
void cursor_sum(const char *, size_t n, char out[CURSOR_SUM_LEN + 1]);

#endif
