#ifndef ADMIN_ADMINCONF_H
#define ADMIN_ADMINCONF_H

#include "base/buf.h"

/*
 * The text files of an instance's configuration, conf(5): looked at, changed in
 * one step, tried on a copy.  None of another name is ever opened, and none that
 * holds a secret has one of these names.
 */
enum {
	ADMINCONF_TEXT_MAX = 1 << 20, /* bytes of a file */
	ADMINCONF_DIGEST = 64,        /* digits of its SHA-256 */
	ADMINCONF_LOCK_MS = 10000     /* for another change to end */
};

/* is it a name of a text file of conf(5)?  1 or 0 */
int adminconf_known(const char *name);
/* of bytes, NUL behind it */
void adminconf_digest(const char *, size_t n, char out[ADMINCONF_DIGEST + 1]);
/*
 * adminconf_read - a text
 *
 * 1: its bytes are in out; 0: there is none; -1 with errno, EFBIG: it is larger
 * than ADMINCONF_TEXT_MAX.
 */
int adminconf_read(const char *dir, const char *name, struct buf *out);
/* an array of JSON of all that are there: name, size, modified, digest, and whether
 * it is what the tables in force were made of.  0, or -1 with errno */
int adminconf_list(const char *dir, struct buf *out);
/* in place of what is there, with its rights, in one step; NULL: it goes.  0, or -1
 * with errno */
int adminconf_write(const char *dir, const char *name, const struct buf *);
/*
 * adminconf_copy - all texts in a folder of their own, with another one in place of
 * one of them
 *
 * out  receives its name: adminconf_remove() ends it.  0, or -1 with errno
 */
enum { ADMINCONF_COPY = 256 };
int adminconf_copy(const char *dir, const char *name, const struct buf *text,
    char out[ADMINCONF_COPY]);
void adminconf_remove(const char *copy);
/* one changes it at a time: 0, or -1 with errno, ETIMEDOUT; a descriptor in *lock
 * that is closed to end it */
int adminconf_lock(const char *dir, int *lock);

#endif
