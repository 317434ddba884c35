#ifndef CONFBUILD_FAULTS_H
#define CONFBUILD_FAULTS_H

/*
 * What is wrong in the files of a configuration, told on descriptor 2 as
 * editors jump by it, "PROGRAM: PATH:LINE: text", and counted.  All zero:
 * nothing yet.
 */
enum { CONFFAULTS_SHOWN_MAX = 100 }; /* of each kind; the others are counted */

struct conffaults {
	unsigned long faults; /* nothing is put in force */
	unsigned long doubts; /* what is made all the same */
};

/*
 * conffaults_fault, conffaults_doubt - tell one, and count it
 *
 * path    of the file, as it is to be named
 * lineno  0: of no line
 * reason  one line without LF; foreign bytes in it are made harmless
 */
void conffaults_fault(struct conffaults *, const char *path, unsigned lineno,
    const char *reason);
void conffaults_doubt(struct conffaults *, const char *path, unsigned lineno,
    const char *reason);
/* at the end: how many were not shown, when there are any */
void conffaults_more(const struct conffaults *);

#endif
