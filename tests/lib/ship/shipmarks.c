#include "ship/shipmarks.h"
#include "tap.h"
#include <stdlib.h>

static struct shipmarks m;

static const char *
receipt(void)
{
	static struct buf b;

	buf_clear(&b);
	if (shipmarks_put(&m, &b) == -1)
		return "no memory";
	buf_putc(&b, '\0');
	return buf_data(&b);
}

int
main(void)
{
	char text[SHIP_TEXT_MAX + 2];

	shipmarks_begin(&m, 4);
	is_str(receipt(), "K\n", "all are taken");
	shipmarks_set(&m, 1, 1, 'D', "no");
	shipmarks_set(&m, 2, 2, 'Z', "later");
	is_str(receipt(), "K\nD1 no\nZ2 later\nZ3 later\n", "some are not");
	shipmarks_set(&m, 3, 1, 'K', "x");
	is_str(receipt(), "K\nD1 no\nZ2 later\n", "but for one");
	shipmarks_set(&m, 0, 4, 'Z', "down");
	is_str(receipt(), "Z down\n", "none is");
	shipmarks_wait(&m, 7);
	shipmarks_wait(&m, -1);
	shipmarks_wait(&m, 3);
	is_str(receipt(), "Z7 down\n", "the longest wait");
	shipmarks_set(&m, 0, 4, 'D', "bad");
	is_str(receipt(), "K\nD0 bad\nD1 bad\nD2 bad\nD3 bad\n",
	    "all are refused");
	shipmarks_begin(&m, 1);
	is_str(receipt(), "K\n", "the next batch");
	shipmarks_set(&m, 0, 9, 'D', NULL);
	is_str(receipt(), "D\n", "one is refused, and none behind it");
	shipmarks_begin(&m, 9);
	is_str(receipt(), "K\n", "a larger one");
	memset(text, 'x', sizeof text);
	text[SHIP_TEXT_MAX + 1] = '\0';
	shipmarks_set(&m, 0, 9, 'Z', text);
	is_num(strlen(receipt()), SHIP_TEXT_MAX + 3, "a text one too long");
	text[SHIP_TEXT_MAX] = '\0';
	shipmarks_set(&m, 0, 9, 'Z', text);
	is_num(strlen(receipt()), SHIP_TEXT_MAX + 3, "the longest text");
	shipmarks_free(&m);
	return done();
}
