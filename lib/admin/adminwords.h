#ifndef ADMIN_ADMINWORDS_H
#define ADMIN_ADMINWORDS_H

#include "admin/admincall.h"
#include "admin/adminrun.h"

/* What the end of a program means for who has asked.  Pure. */
struct adminwords {
	enum admincall_form form;
	int status;           /* of exit(3); -1: a signal */
	unsigned printed : 1; /* it has said something that is an answer */
	unsigned one : 1;     /* one message was asked for */
};

/* 200 is an answer, made of what it has printed */
unsigned adminwords_status(const struct adminwords *, enum adminrun_end);
/* the first complaint without the name of the program and its severity; n 0:
 * there is none */
struct slice adminwords_why(const char *err, size_t n);
/* the same where it may not be told */
const char *adminwords_text(unsigned status);

#endif
