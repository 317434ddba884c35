#ifndef FIX_TOKENKEYS_H
#define FIX_TOKENKEYS_H

#include "mail/token.h"
#include <sys/types.h>

/*
 * The key file of mail/token.h: read, noticed when it is replaced, made.
 * It must not be open to everybody.
 */
enum { TOKENKEYS_CHECK_MS = 250 };

struct tokenkeys {
	const char *path;
	struct token_keys keys;
	int64_t checked_ms, ctime_ns;
	ino_t ino;
	int again; /* it could not be read, which was told */
};

/* path must live as long.  Dies when it cannot be used */
void tokenkeys_open(struct tokenkeys *, const char *path);
/* is there a newer one, or may it be used now?  One that cannot be used is
 * told, the old one stays; one that cannot be read is tried again */
void tokenkeys_check(struct tokenkeys *);
/*
 * a new file with one key, mode 0600, that appears whole; one that is there
 * stays (EEXIST).  With add: a new key in front of those of the file, whose
 * owner and group stay.
 * Dies when it cannot.
 */
void tokenkeys_make(const char *path, int add);

#endif
