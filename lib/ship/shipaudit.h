#ifndef SHIP_SHIPAUDIT_H
#define SHIP_SHIPAUDIT_H

/*
 * Is what was logged what was shipped?  The events of the logs are counted once
 * more, file by file, and compared with what each destination has written down of
 * them.
 */
enum {
	SHIPAUDIT_YOUNG_MS =
	    10000,               /* what was logged may still be on its way */
	SHIPAUDIT_AGAIN_MS = 250 /* between two looks meanwhile */
};

/*
 * shipaudit_run - for all destinations of a state folder
 *
 * A line for each log of each, on descriptor 1.  Returns 0: all is shipped, and
 * each file that can be compared has just the events that were read; 1: not so.
 * What cannot be read ends the program with EXIT_TEMP.
 */
int shipaudit_run(const char *state, const char *logroot);

#endif
