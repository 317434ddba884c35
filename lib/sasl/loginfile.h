#ifndef SASL_LOGINFILE_H
#define SASL_LOGINFILE_H

#include "base/buf.h"
#include "base/cdbwrite.h"
#include "conf/word.h"
#include <stddef.h>

/*
 * LOGINDIR/passwd and the table made of it, passwd.cdb, for who changes them:
 * one at a time, and both are replaced, each whole and safe, or neither is
 * touched.  Names are in the form of logintable_name().
 */
enum { LOGINFILE_TEXT_MAX = 64 << 20 }; /* bytes of passwd */

struct loginfile {
	int dir, lock;
	struct buf text;
	struct cdbwrite cdb;
	/* of the first fault */
	unsigned fault_line;
	char fault[100];
};

/*
 * loginfile_open - wait for the lock and read the text
 *
 * Root goes on as the owner of the folder.  Returns 0, or -1 with errno:
 * EPERM, others may enter the folder.
 */
int loginfile_open(struct loginfile *, const char *dir);

/* the next line of a login, without its LF, from *at = 0 on; name receives the
 * name as it stands; 0: that was all */
int loginfile_next(const struct loginfile *, size_t *at, struct slice *line,
    struct slice *name);
/* the line of a login; 1, or 0 when there is none */
int loginfile_find(const struct loginfile *, const char *name,
    struct slice *line);
/* is there a line of the secret? */
int loginfile_has_secret(const struct loginfile *);
/* has it keys of SCRAM? */
int loginfile_has_keys(struct slice line);
/* is its last word "off"? */
int loginfile_is_off(struct slice line);
/* put a line, with its LF, in the place of that of name, or behind all; an
 * empty one takes it out.  0, or -1 with ENOMEM */
int loginfile_set(struct loginfile *, const char *name, struct slice line);

/* make the table; 0, or -1 with ENOMEM, EFBIG, or EINVAL and the fault */
int loginfile_make(struct loginfile *);
/* write both, when the table is made; 0, or -1 with errno */
int loginfile_write(struct loginfile *);

#endif
