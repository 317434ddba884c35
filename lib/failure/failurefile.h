#ifndef FAILURE_FAILUREFILE_H
#define FAILURE_FAILUREFILE_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `classes`, conf-classes(5): what a failure is called, by what was
 * replied.  Behind the site's lines come those that are shipped, so that one
 * table has both: that of an empty text is what holds without one.  Records:
 *
 *   w WORD      lines with a phrase that has this word
 *   h e p v c   lines without, by host, enhanced code, phase, event, code
 *   *           lines without any condition
 *   q WORD      lines that say the phase, by a word of their phrase
 *   k CLASS     lines that say hard or soft of a class
 *   o CLASS     a class of the site's own
 *   =version    of the shipped lines
 *
 * as conf/rulesearch.h has them: "NUMBER TAB conditions TAB what they say".
 */
extern const struct conffile conffile_classes;

enum {
	FAILURE_CLASS_MAX = 32,  /* bytes of the name of a class */
	FAILURE_KEY_MAX = 10000, /* lines that have one word in common */
	/* the numbers of shipped lines begin behind it; CONFFILE_BYTES_MAX
	 * does not hold so many */
	FAILURE_SHIPPED_AT = 1000000000
};

/* the shipped text, and its bytes */
extern const char failure_shipped[], failure_shipped_end[];
/* line n of it without LF; empty: it has none */
struct slice failure_shipped_line(unsigned n);

/* is a class that we know hard, 1, or soft, 0; -1: it is none of ours */
int failure_class_hard(struct slice class);
/* is it one of the site's own, by its table?  1, 0, -1: damaged */
int failure_class_own(const struct lookup *, struct slice class);

#endif
