#include "base/redisreader.h"
#include <hiredis/hiredis.h>
#include <stdlib.h>

struct makers {
	redisReplyObjectFunctions theirs, limited;
};

static void *
array(const redisReadTask *task, int elements)
{
	const struct makers *m = task->privdata;

	return elements > REDISREADER_ELEMENTS_MAX
	    ? NULL
	    : m->theirs.createArray(task, elements);
}

struct redisReader *
redisreader_new(void)
{
	struct makers *m = malloc(sizeof *m);
	redisReader *r = redisReaderCreate();

	if (m == NULL || r == NULL) {
		free(m);
		if (r != NULL)
			redisReaderFree(r);
		return NULL;
	}
	m->theirs = m->limited = *r->fn;
	m->limited.createArray = array;
	r->fn = &m->limited;
	r->privdata = m;
	return r;
}

void
redisreader_free(struct redisReader *r)
{
	struct makers *m = r->privdata;

	redisReaderFree(r);
	free(m);
}
