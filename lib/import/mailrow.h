#ifndef IMPORT_MAILROW_H
#define IMPORT_MAILROW_H

#include "import/mailpattern.h"

/*
 * One choice of an expression for addresses, import/mailpattern.h, as a row of
 * marks: bytes that stand for themselves, and these.
 */
enum mailrow_mark {
	MAILROW_START = 1, /* ^ */
	MAILROW_END,       /* $ */
	MAILROW_ANY,       /* .* .+ [^@]* [^@]+ */
	MAILROW_ONE,       /* . by itself */
	MAILROW_BELOW,     /* (.*\.)? as a whole */
	MAILROW_AT,        /* [@.] */
	MAILROW_OPEN,      /* and a digit: the group of this number begins */
	MAILROW_CLOSE      /* and a digit: and ends */
};

#define MAILROW_UNSAID "this expression is none of those that routes can say"

struct mailrow {
	char p[MAILPATTERN_TEXT_MAX];
	size_t n;
};

/* what fits it, as a pattern: NULL, or why that cannot be said */
const char *mailrow_pattern(const struct mailrow *, struct mailpattern *);

#endif
