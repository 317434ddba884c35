/* a journal that is written anew, while others write to it and read it */
#include "suppress/suppresstidy.h"
#include "suppress/suppressed.h"
#include "suppress/suppressmake.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <sys/stat.h>

enum { NOW = 1790000000 };

static struct suppressed list;

static uint64_t
size_of(const char *name)
{
	struct stat st;

	return stat(suppressdir_path(name), &st) == -1 ? 0
						       : (uint64_t)st.st_size;
}

static int
on(const char *to)
{
	struct suppressline whose, l;

	memset(&whose, 0, sizeof whose);
	if (suppressline_address(&whose, to, strlen(to)) == -1 ||
	    suppressed_check(&list) == -1)
		return -1;
	return suppressed_look_whose(&list, suppressdir_slice("a"),
	    suppressdir_slice(""), &whose, NOW, &l);
}

static void
add(const char *to)
{
	suppressdir_add(SUPPRESSLINE_ADD, "a", "*", to, 1, 0);
}

static void
make(void)
{
	struct suppressmake_sums sums;

	is_num(suppressmake(suppressdir, NOW, 0, &sums), 0, "compiled");
	is_num(sums.untidy, 0, "and no trouble with the journal");
	is_num(sums.damaged, 0, "nothing is damaged");
}

/* one address so often that the journal has this length */
static void
fill(uint64_t size)
{
	struct suppressline l = suppressdir_line(SUPPRESSLINE_ADD, "a", "*",
	    "same@example.org", 1, 0);
	struct buf b = { 0 };

	while (buf_len(&b) + size_of("journal") < size)
		if (suppressline_put(&b, &l, 0) == -1)
			abort();
	if (suppresslog_append(&suppressdir_log, &b) == -1)
		abort();
	buf_free(&b);
}

static void
when(void)
{
	const uint64_t least = SUPPRESSTIDY_LEAST, four = SUPPRESSTIDY_FACTOR;

	is_num(suppresstidy_due(least, 0), 1, "long enough");
	is_num(suppresstidy_due(least - 1, 0), 0, "not long enough");
	is_num(suppresstidy_due(four * least, least - SUPPRESSHEAD_MAX), 0,
	    "four times what counts");
	is_num(suppresstidy_due(four * least, least - SUPPRESSHEAD_MAX - 1), 1,
	    "more than that");
}

/* what stands behind the table is in the way when it is too much */
static void
rest(void)
{
	char id[SUPPRESSLINE_ID + 1] = "0123456789abcdef";
	int dir = open(suppressdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = openat(dir, "journal", O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 ||
	    ftruncate(fd, st.st_size + SUPPRESSTIDY_REST + 1) == -1)
		abort();
	is_num(suppresstidy(dir, fd, id, (uint64_t)st.st_size), 0,
	    "more than may be copied");
	is_num(size_of("journal.new"), 0, "nothing is left of it");
	if (ftruncate(fd, st.st_size + SUPPRESSTIDY_REST) == -1)
		abort();
	is_num(suppresstidy(dir, fd, id, (uint64_t)st.st_size), 1, "just so");
	is_num(suppresstidy(dir, fd, id, (uint64_t)st.st_size), 0,
	    "one that has lost its name");
	close(fd);
	close(dir);
}

int
main(void)
{
	uint64_t first;

	when();
	suppressdir_make();
	suppressed_open(&list, suppressdir);
	add("kept@example.org");
	fill(SUPPRESSTIDY_LEAST - 1000);
	first = size_of("journal");
	make();
	is_num(size_of("journal"), first, "a short one stays");
	is_num(on("kept@example.org"), 1, "read before");
	fill(SUPPRESSTIDY_LEAST);
	make();
	ok(size_of("journal") < 1000, "a long one does not");
	is_num(size_of("journal.new"), 0, "and nothing is left beside it");
	is_num(on("kept@example.org"), 1, "who reads goes on");
	is_num(suppressed_tail(&list), 0, "with nothing to read again");
	is_num(on("later@example.org"), 0, "another");
	add("later@example.org");
	is_num(on("later@example.org"), 1, "who writes goes on, too");
	make();
	is_num(on("later@example.org"), 1, "of the table");
	is_num(on("same@example.org"), 1, "and the others");
	unlink(suppressdir_path("table.cdb"));
	make();
	is_num(on("kept@example.org"), 1, "the journal alone has them all");
	rest();
	suppressed_close(&list);
	suppressdir_remove();
	return done();
}
