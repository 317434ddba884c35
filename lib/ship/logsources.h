#ifndef SHIP_LOGSOURCES_H
#define SHIP_LOGSOURCES_H

#include "base/loop.h"
#include "ship/logsource.h"

/*
 * All logs below a folder, read as one: of the lines that are there the
 * earliest comes first, but those of one log in the order in which they stand,
 * and what is of a time to come, from before the clock was set back, does not
 * wait for that.
 * Folders that appear are read from their beginning, and one that goes and comes
 * back goes on where it was.
 */
enum {
	LOGSOURCES_TICK_MS = 500, /* between two looks without being told */
	LOGSOURCES_HOLD_MS = 40,  /* a line waits so long for what another log
				     has of an earlier time */
	LOGSOURCES_LIST_MS = 5000 /* between two lists of a log's files without
				     being told, while it is not read */
};

struct logsources {
	struct logsource **s; /* never removed: the place in here stays */
	unsigned n;
	const char *root;
	const char *only; /* names with commas between, or NULL: all */
	/* of each log, see there; set before logsources_open(), which also says
	 * so of one that begins at the beginning */
	void (*finished)(void *arg, const struct cursor *);
	void (*gone)(void *arg, const struct logsource *,
	    const struct logfiles_one *);
	void (*noted)(void *arg, const struct logsource *);
	void *finished_arg; /* of all three */
	/* the rest is of logsources.c */
	int64_t listed_ms;
	int *watch; /* of inotify; -1: none */
	int inotify, root_watch;
	struct loop_io io;
	void (*changed)(void *arg);
	void *arg;
	int troubled;
	unsigned whole : 1;
};

/* what a cursor has, if anything, is the place; the logs that are not in it
 * are read from their beginning, or from the end of what is there.  0, or -1
 * with errno: the folder cannot be read, ENOMEM, EINVAL: the cursor is
 * damaged */
int logsources_open(struct logsources *, const char *root, const char *only,
    const struct buf *cursor, int from_now);
/* be told of what changes, from the event loop; without it the caller looks */
void logsources_watch(struct logsources *, void (*changed)(void *arg),
    void *arg);
/* look everywhere, for folders too */
void logsources_look(struct logsources *);
/* which files are there, in logs of which that is not known: 1, something has
 * changed; 0.  now_ms: clock_mono_ms() */
int logsources_list(struct logsources *, int64_t now_ms);
/*
 * logsources_next - which log has the next line
 *
 * now_ms  clock_mono_ms(), and
 * now_us  the wall's clock: lines that are younger than LOGSOURCES_HOLD_MS wait;
 *         INT64_MAX: none does
 * wait_ms receives how long until one will be there; -1: nothing waits
 *
 * Returns it, or NULL.
 */
struct logsource *logsources_next(struct logsources *, int64_t now_ms,
    int64_t now_us, int64_t *wait_ms);
struct logsource *logsources_find(const struct logsources *, const char *src,
    size_t n);
/* is there one that could not be read, which was said? */
int logsources_troubled(const struct logsources *);
void logsources_close(struct logsources *);

#endif
