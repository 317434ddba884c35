#ifndef SASL_CHECKERS_H
#define SASL_CHECKERS_H

#include "base/child.h"
#include "base/errpipe.h"
#include "base/list.h"
#include "conf/word.h"

/*
 * Programs that check a password, as checkpassword does
 * (cr.yp.to/checkpwd/interface.html), in the event loop: so many at once, the
 * others wait in a line.  Each reads name and password from its descriptor 3,
 * is in a process group of its own, and is killed with all of it when it takes
 * too long.
 */
enum {
	CHECKERS_MAX = 64,
	CHECKERS_DATA_MAX = 512 /* bytes on descriptor 3 */
};

/* the caller's; it stays where it is until done() */
struct checkers_question {
	struct list_node line;
	const char *name; /* NUL behind it */
	struct slice password;
	/* right: 1, 0, or -1 not known; from the event loop, or at once when
	 * it is longer than may be (0), or a program cannot be run (-1) */
	void (*done)(struct checkers_question *, int right);
};

struct checkers;
struct checker {
	struct checkers *all;
	struct child child;
	struct errpipe err;
	struct loop_timer timer;
	struct checkers_question *q; /* what it is at; NULL: nothing */
	unsigned late : 1;
};

struct checkers {
	char *const *argv;
	unsigned n, seconds;
	struct list line;
	struct checker one[CHECKERS_MAX];
	unsigned stopped : 1;
};

/* argv: a program and its arguments, of which the last names what it runs when
 * the password is right */
void checkers_init(struct checkers *, char *const argv[], unsigned n,
    unsigned seconds);
void checkers_ask(struct checkers *, struct checkers_question *);
/* those that run are ended; what was asked is not answered */
void checkers_stop(struct checkers *);

#endif
