#ifndef TESTS_REPORTFILE_H
#define TESTS_REPORTFILE_H

#include "bounce/report.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the file of a message that a report is about, and no table of words */
static char path[] = "/tmp/rohrpost-report.XXXXXX";

static inline void
put_file(const char *env, const char *message)
{
	struct buf head = { 0 };
	FILE *f = fopen(path, "w");

	if (f == NULL ||
	    message_format(&head, env, strlen(env), strlen(message), NULL) ==
		-1 ||
	    fwrite(buf_data(&head), 1, buf_len(&head), f) != buf_len(&head) ||
	    fputs(message, f) == EOF || fclose(f) != 0)
		exit(111);
	buf_free(&head);
}

static const struct lookup no_words = { lookup_none, NULL };

#endif
