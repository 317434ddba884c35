#ifndef SUPPRESS_SUPPRESSED_H
#define SUPPRESS_SUPPRESSED_H

#include "base/buf.h"
#include "base/hashindex.h"
#include "base/table.h"
#include "suppress/suppresshead.h"

/*
 * Is an address suppressed?  As those ask who only read: the table DIR/table.cdb
 * (suppressmake.h), and what the journal has behind that.  Both are looked at
 * again every SUPPRESSED_CHECK_MS, so what was written is in force within a
 * second.
 */
enum {
	SUPPRESSED_CHECK_MS = 250,
	SUPPRESSED_READ = 65536,        /* bytes of the journal at a time */
	SUPPRESSED_TAIL_MAX = 64 << 20, /* bytes of the journal behind the
					 * table; more counts when it has been
					 * compiled */
	SUPPRESSED_TRIES = 4            /* look-ups for one address */
};

struct suppressed {
	struct table table;
	char *table_path, *path; /* the journal */
	int fd;
	dev_t dev;
	ino_t ino;
	uint64_t generation; /* of the table that at belongs to */
	uint64_t from, at;   /* the tail begins there, is read up to there */
	struct buf tail;     /* of struct suppressed_line */
	struct hashindex index;
	uint64_t damaged; /* lines that were none */
	int64_t checked_ms;
	int state;           /* 0, or errno: it cannot be read */
	unsigned behind : 1; /* the tail is too long */
};

/*
 * suppressed_open - what stands in this folder, which may come later
 *
 * 0, or -1 with errno: it cannot be read now, and every look says so until it
 * can.
 */
int suppressed_open(struct suppressed *, const char *dir);
/* what others have written until now; what suppressed_look() does by itself
 * from time to time.  0, or -1 with errno */
int suppressed_check(struct suppressed *);
void suppressed_close(struct suppressed *);

/*
 * suppressed_look - may mail go to this address?
 *
 * tenant, stream  of the mail; "" where it has none
 * l               receives the line that says no: of the stream, the tenant,
 *                 the stream of all tenants, or everybody
 *
 * Returns 1: it is suppressed; 0: not, also when it is no address; -1: not
 * known now.
 */
int suppressed_look(struct suppressed *, struct slice tenant,
    struct slice stream, struct slice address, int64_t now_s,
    struct suppressline *l);

/* the same where the address or its hash is known, without looking whether
 * others have written */
int suppressed_look_whose(struct suppressed *, struct slice tenant,
    struct slice stream, const struct suppressline *whose, int64_t now_s,
    struct suppressline *l);

/* the last line under a key, whatever it says: 1, 0, or -1 with errno */
int suppressed_find(struct suppressed *, const char key[SUPPRESSLINE_KEY],
    struct suppressline *);
/* the keys of which the journal has a line behind the table, each once: i from
 * 0; NULL behind the last */
const char *suppressed_tail_key(const struct suppressed *, uint32_t i);
/* bytes of the journal behind the table, and of the table */
uint64_t suppressed_tail(const struct suppressed *);
uint64_t suppressed_table(const struct suppressed *);

#endif
