/* all that is known of one address, of the table and of the journal behind it */
#include "suppress/suppressedall.h"
#include "suppress/suppressmake.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>

enum { NOW = 1790000000 };

static struct suppressed list;
static char found[400];
static int stop;

static int
take(void *arg, const struct suppressline *l)
{
	size_t n = strlen(found);

	(void)arg;
	snprintf(found + n, sizeof found - n, "%s/%s:%d ", l->tenant, l->stream,
	    (int)l->act);
	return stop;
}

static int
all(const char *to)
{
	struct suppressline whose;

	memset(&whose, 0, sizeof whose);
	found[0] = '\0';
	if (suppressline_address(&whose, to, strlen(to)) == -1)
		abort();
	return suppressedall(&list, &whose, take, NULL);
}

static void
compile(void)
{
	struct suppressmake_sums sums;

	is_num(suppressmake(suppressdir, NOW, 0, &sums), 0, "compiled");
	list.table.checked_ms = INT64_MIN / 2;
	is_num(suppressed_check(&list), 0, "looked at again");
}

int
main(void)
{
	int fd;

	suppressdir_make();
	suppressed_open(&list, suppressdir);
	is_num(all("a@example.org"), 0, "nothing");
	is_str(found, "", "is known");
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "news", "a@example.org", NOW,
	    0);
	suppressdir_add(SUPPRESSLINE_ADD, "other", "*", "A@Example.org", NOW,
	    NOW + 1);
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "news", "b@example.org", NOW,
	    0);
	suppressed_check(&list);
	is_num(all("a@example.org"), 0, "of the journal alone");
	is_str(found, "acme/news:0 other/*:0 ", "two");
	compile();
	all("a@example.org");
	is_num(strlen(found), 22, "of the table alone, in any order");
	suppressdir_add(SUPPRESSLINE_REMOVE, "other", "*", "a@example.org",
	    NOW + 1, 0);
	suppressdir_add(SUPPRESSLINE_SOFT, "acme", "news", "a@example.org", NOW,
	    0);
	suppressed_check(&list);
	all("a@example.org");
	ok(strstr(found, "acme/news:0") != NULL, "what the table has");
	ok(strstr(found, "other/*:1") != NULL, "what the journal has of it");
	ok(strstr(found, "other/*:0") == NULL, "counts alone");
	ok(strstr(found, "acme/news:2 ") != NULL, "what the journal alone has");
	is_num(strlen(found), 34, "each once");
	stop = 7;
	is_num(all("b@example.org"), 7, "the caller ends it");
	is_num(all("c@example.org"), 0, "of another nothing");
	suppressed_close(&list);
	/* a table that is cut */
	fd = open(suppressdir_path("table.cdb"), O_WRONLY | O_CLOEXEC);
	if (fd == -1 || ftruncate(fd, 2048) == -1)
		abort();
	close(fd);
	stop = 0;
	suppressed_open(&list, suppressdir);
	is_num(all("a@example.org"), -1, "a damaged table");
	is_num(errno, EIO, "is told");
	suppressed_close(&list);
	suppressdir_remove();
	return done();
}
