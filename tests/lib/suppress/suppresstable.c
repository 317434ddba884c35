/* the table read from end to end */
#include "suppress/suppressmake.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>

enum { NOW = 1790000000 };

static unsigned seen, stop_at;

static int
take(void *arg, const struct suppressline *l)
{
	struct buf *b = arg;

	seen++;
	buf_printf(b, "%s ", l->act == SUPPRESSLINE_REMOVE ? "-" : l->to);
	return seen == stop_at ? 7 : 0;
}

/* has a line something to say? */
static int
holds(enum suppressline_act act, int64_t since_s, int64_t until_s)
{
	struct suppressline l =
	    suppressdir_line(act, "a", "*", "a@example.org", since_s, until_s);
	struct suppresstable_sums sums;
	struct buf b = { 0 };
	int r;

	memset(&sums, 0, sizeof sums);
	suppressline_put(&b, &l, 0);
	r = suppresstable_holds(buf_data(&b), buf_len(&b) - 1, NOW, &sums);
	buf_free(&b);
	return r;
}

static void
ends(void)
{
	is_num(holds(SUPPRESSLINE_ADD, 1, 0), 1, "for ever");
	is_num(holds(SUPPRESSLINE_ADD, 1, NOW), 0, "over now");
	is_num(holds(SUPPRESSLINE_ADD, 1, NOW + 1), 1, "not yet");
	is_num(holds(SUPPRESSLINE_REMOVE, NOW - SUPPRESSTABLE_REMOVED_S, 0), 0,
	    "an old removal");
	is_num(holds(SUPPRESSLINE_REMOVE, NOW - SUPPRESSTABLE_REMOVED_S + 1, 0),
	    1, "one that counts");
	is_num(holds(SUPPRESSLINE_SOFT, NOW - SUPPRESSTABLE_SOFT_S, 0), 0,
	    "old failures");
	is_num(holds(SUPPRESSLINE_SOFT, NOW - SUPPRESSTABLE_SOFT_S + 1, 0), 1,
	    "failures that count");
}

static void
each(void)
{
	struct suppressmake_sums sums;
	struct buf b = { 0 };

	suppressdir_add(SUPPRESSLINE_ADD, "a", "*", "one@example.org", 1, 0);
	suppressdir_add(SUPPRESSLINE_ADD, "a", "*", "two@example.org", 1,
	    NOW + 10);
	suppressdir_add(SUPPRESSLINE_REMOVE, "a", "*", "three@example.org", NOW,
	    0);
	is_num(suppressmake(suppressdir, NOW, 0, &sums), 0, "a table");
	is_num(suppresstable_each(suppressdir, NOW, take, &b), 0, "read");
	is_num(seen, 3, "three lines");
	buf_putc(&b, '\0');
	ok(strstr(buf_data(&b), "one@example.org ") != NULL &&
		strstr(buf_data(&b), "two@example.org ") != NULL &&
		strstr(buf_data(&b), "- ") != NULL,
	    "all of them");
	seen = 0;
	is_num(suppresstable_each(suppressdir, NOW + 10, take, &b), 0, "later");
	is_num(seen, 2, "one is over");
	seen = 0;
	stop_at = 1;
	is_num(suppresstable_each(suppressdir, NOW, take, &b), 7, "stopped");
	is_num(seen, 1, "at the first");
	buf_free(&b);
}

int
main(void)
{
	struct suppresstable t;
	int dir;

	ends();
	suppressdir_make();
	is_num(suppresstable_each(suppressdir, NOW, take, NULL), -1,
	    "no table");
	is_num(errno, ENOENT, "is not there");
	each();
	dir = open(suppressdir, O_RDONLY | O_DIRECTORY);
	is_num(suppresstable_open(&t, dir), 1, "opened");
	suppresstable_close(&t);
	truncate(suppressdir_path("table.cdb"), 2000);
	is_num(suppresstable_open(&t, dir), -1, "cut");
	is_num(errno, EIO, "it is damaged");
	close(dir);
	suppressdir_remove();
	return done();
}
