#include "ship/filebook.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/tmp/filebook.XXXXXX";

#define FILE_OF(n) "@4000000000000000000000" n

static const char *
text_of(int found, const struct filebook_state *a,
    const struct filebook_state *b)
{
	static char out[200];

	snprintf(out, sizeof out, "%llu %llu, %llu %llu",
	    (unsigned long long)a->logged, (unsigned long long)a->sum,
	    (unsigned long long)b->logged, (unsigned long long)b->sum);
	return found ? out : "";
}

/* LOGGED SUM before it, LOGGED SUM behind it; or "" */
static const char *
find(const char *src, const char *file)
{
	struct filebook_state a = { 0 }, b = { 0 };
	struct buf book = { 0 };
	int found;

	if (filebook_read(dir, &book) == -1)
		return "?";
	found = filebook_find(&book, src, file, &a, &b);
	buf_free(&book);
	return text_of(found, &a, &b);
}

/* of the file in which it had so many */
static const char *
begun(const char *src, uint64_t logged)
{
	struct filebook_state a = { 0 };
	struct buf book = { 0 };
	int found;

	if (filebook_read(dir, &book) == -1)
		return "?";
	found = filebook_begun(&book, src, logged, &a);
	buf_free(&book);
	return text_of(found, &a, &a);
}

static void
put(const char *src, const char *file, uint64_t logged, uint64_t sum)
{
	struct cursor c = { .n.logged = logged, .n.sum = sum };

	strcpy(c.src, src);
	strcpy(c.at.behind, file);
	if (filebook_put(dir, &c) == -1)
		ok(0, "written");
}

static off_t
size_of(const char *name)
{
	char path[100];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &st) == -1 ? -1 : st.st_size;
}

int
main(void)
{
	char command[100];
	off_t most = 0;
	int i;

	if (mkdtemp(dir) == NULL)
		return 1;
	is_str(find("a", ""), "", "nothing");
	put("a", "", 0, 0);
	put("a", FILE_OF("03"), 10, 100);
	put("b", FILE_OF("03"), 11, 110);
	put("a", FILE_OF("01"), 30, UINT64_MAX);
	is_str(find("a", FILE_OF("03")), "0 0, 10 100", "the first");
	is_str(find("a", FILE_OF("01")), "10 100, 30 18446744073709551615",
	    "the next, whose name is before it");
	is_str(find("b", FILE_OF("03")), "", "nothing is before it");
	is_str(find("a", FILE_OF("02")), "", "not this one");
	is_str(find("c", FILE_OF("01")), "", "nor of this log");
	is_str(begun("a", 9), "0 0, 0 0", "in the first");
	is_str(begun("a", 10), "10 100, 10 100", "at the end of it");
	is_str(begun("a", 99),
	    "30 18446744073709551615, 30 18446744073709551615", "in the last");
	is_str(begun("b", 10), "", "before what is known");
	put("a", FILE_OF("03"), 10, 100);
	put("a", FILE_OF("01"), 30, UINT64_MAX);
	is_str(find("a", FILE_OF("03")), "0 0, 10 100",
	    "read again after a crash");
	is_str(find("a", FILE_OF("01")), "10 100, 30 18446744073709551615",
	    "and the next");
	for (i = 0; size_of("files.old") == -1; i++) {
		if (size_of("files") > most)
			most = size_of("files");
		put("x", FILE_OF("09"), (uint64_t)i, 0);
	}
	ok(most <= FILEBOOK_BYTES_MAX && most > FILEBOOK_BYTES_MAX - 100,
	    "a file that is long gets another name");
	is_str(find("a", FILE_OF("01")), "10 100, 30 18446744073709551615",
	    "and is read");
	snprintf(command, sizeof command, "%d 0, %d 0", i - 1, i - 1);
	is_str(begun("x", UINT64_MAX), command, "so is the new one");
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0 || done();
}
