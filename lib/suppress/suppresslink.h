#ifndef SUPPRESS_SUPPRESSLINK_H
#define SUPPRESS_SUPPRESSLINK_H

/*
 * The link `suppress take' of a shipping chain, ship-batch(5): events come down
 * and addresses get onto the list, and when they are safe there, a K goes up.
 * The journal is compiled meanwhile, by another process, when what stands
 * behind the table is long.
 */
enum {
	SUPPRESSLINK_LEAST = 1 << 20, /* bytes behind the table: compile */
	SUPPRESSLINK_MOST = 16 << 20, /* the same for any size of the table */
	SUPPRESSLINK_PART = 16,       /* between them, such a part of it */
	SUPPRESSLINK_IDLE_MS = 1000,
	SUPPRESSLINK_AGAIN_MS = 60000 /* after one that failed */
};

/* dir: of the list; confdir: where suppress.cdb is.  Until the end of input;
 * returns the exit status */
int suppresslink(const char *confdir, const char *dir, int hashed);

#endif
