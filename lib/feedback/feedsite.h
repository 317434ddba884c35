#ifndef FEEDBACK_FEEDSITE_H
#define FEEDBACK_FEEDSITE_H

#include "failure/failuretable.h"
#include "conf/conffeedback.h"
#include "fix/tokenkeys.h"

/*
 * A message that came back, from its bytes to its events; what is not
 * understood goes to a Maildir for a person, whole and synced.
 */
enum {
	FEEDSITE_KEPT_MAX = 10000, /* messages not yet looked at, in new */
	FEEDSITE_COUNT_MS = 60000  /* until they are counted again */
};

struct feedsite {
	struct tokenkeys keys;
	struct failuretable classes;
	unsigned days; /* how old a token may be */
	int64_t now;   /* seconds since 1970; 0: by the clock */
	int maildir;   /* -1: what is not understood is only told */
	const char *maildir_path;
	/* of feedsite.c */
	uint64_t kept;
	int64_t counted_ms;
};

struct feedmail {
	const char *p; /* all of it, LF line ends */
	size_t n;
	struct slice from;   /* envelope sender; p NULL: not known */
	struct slice labels; /* for its events, as in feedevent.h */
	struct slice to;     /* the address that it came to, and what that is */
	struct conffeedback address;
	const struct lookup *table; /* for the list of a token; or NULL */
};

/* path may be NULL.  0, or -1 with errno */
int feedsite_maildir(struct feedsite *, const char *path);
/*
 * feedsite_take - appends its events
 *
 * id  receives one that stands for all, FEEDEVENT_EID_LEN + 1 bytes
 *
 * 0, or -1 with errno: there is no memory, or no room to keep it (EDQUOT: a
 * person has to look first).
 */
int feedsite_take(struct feedsite *, const struct feedmail *, struct buf *lines,
    char *id);

#endif
