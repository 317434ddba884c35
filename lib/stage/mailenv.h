#ifndef STAGE_MAILENV_H
#define STAGE_MAILENV_H

#include "base/buf.h"

/*
 * The envelope of a parcel as environment variables for a program.  All of
 * them are always there, empty where the envelope has no such line, so that
 * nothing inherited is taken for one.  Control bytes become ?; RECIPIENTS
 * has a LF between two.
 */
enum {
	MAILENV_RECIPIENTS_MAX = 65536, /* bytes of RECIPIENTS; those that do
					 * not fit are left out whole */
	MAILENV_NAMES = 13
};

struct mailenv {
	struct {
		const char *name;
		struct buf value; /* ends in NUL */
	} var[MAILENV_NAMES];
	unsigned n;
};

/* env: envelope lines; 0, or -1 with ENOMEM.  All zero before */
int mailenv_make(struct mailenv *, const char *env, size_t n);
void mailenv_free(struct mailenv *);

#endif
