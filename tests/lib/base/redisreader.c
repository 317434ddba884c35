#include "base/redisreader.h"
#include "tap.h"
#include <hiredis/hiredis.h>
#include <string.h>

/* "*N": what the reader makes of it */
static void
asked_for(const char *text, int want, const char *what)
{
	struct redisReader *r = redisreader_new();
	void *reply = NULL;

	redisReaderFeed(r, text, strlen(text));
	is_num(redisReaderGetReply(r, &reply), want, what);
	ok(reply == NULL, "and there is no answer yet");
	redisreader_free(r);
}

static void
whole(void)
{
	struct redisReader *r = redisreader_new();
	void *reply = NULL;
	redisReply *a;

	redisReaderFeed(r, "*2\r\n*1\r\n:7\r\n$2\r\nab\r\n", 21);
	is_num(redisReaderGetReply(r, &reply), REDIS_OK, "nested");
	a = reply;
	ok(a != NULL && a->elements == 2, "two elements");
	if (a != NULL) {
		is_num(a->element[0]->element[0]->integer, 7, "a number");
		is_str(a->element[1]->str, "ab", "a string");
		freeReplyObject(a);
	}
	redisreader_free(r);
}

int
main(void)
{
	asked_for("*262144\r\n:1\r\n", REDIS_OK, "as many as may be");
	asked_for("*262145\r\n:1\r\n", REDIS_ERR, "one more");
	asked_for("*2147483647\r\n:1\r\n", REDIS_ERR, "as many as can be said");
	asked_for("*2\r\n*262145\r\n", REDIS_ERR, "in an array");
	whole();
	return done();
}
