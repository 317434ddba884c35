#include "ship/filebook.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/tmp/filebook.XXXXXX";

#define FILE_OF(n) "@4000000000000000000000" n

/* LOGGED SUM, or "" */
static const char *
find(const char *src, const char *file, int before)
{
	static char out[100];
	uint64_t logged, sum;
	struct buf b = { 0 };

	out[0] = '\0';
	if (filebook_read(dir, &b) == -1)
		return "?";
	if (filebook_find(&b, src, file, before, &logged, &sum))
		snprintf(out, sizeof out, "%llu %llu",
		    (unsigned long long)logged, (unsigned long long)sum);
	buf_free(&b);
	return out;
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
	is_str(find("a", "", 0), "", "nothing");
	put("a", "", 0, 0);
	put("a", FILE_OF("01"), 10, 100);
	put("b", FILE_OF("01"), 11, 110);
	put("a", FILE_OF("03"), 30, UINT64_MAX);
	is_str(find("a", FILE_OF("01"), 0), "10 100", "one");
	is_str(find("b", FILE_OF("01"), 0), "11 110", "of another log");
	is_str(find("a", FILE_OF("02"), 0), "", "not this one");
	is_str(find("c", FILE_OF("01"), 0), "", "nor of this log");
	is_str(find("a", FILE_OF("01"), 1), "0 0", "before the first");
	is_str(find("a", FILE_OF("02"), 1), "10 100", "before the second");
	is_str(find("a", FILE_OF("03"), 1), "10 100", "before the third");
	is_str(find("a", "", 1), "30 18446744073709551615", "the last one");
	put("a", FILE_OF("01"), 12, 120);
	is_str(find("a", FILE_OF("01"), 0), "12 120", "what was written last");
	for (i = 0; size_of("files.old") == -1; i++) {
		if (size_of("files") > most)
			most = size_of("files");
		put("x", FILE_OF("09"), (uint64_t)i, 0);
	}
	ok(most <= FILEBOOK_BYTES_MAX && most > FILEBOOK_BYTES_MAX - 100,
	    "a file that is long gets another name");
	is_str(find("a", FILE_OF("03"), 0), "30 18446744073709551615",
	    "and is read");
	snprintf(command, sizeof command, "%d 0", i - 1);
	is_str(find("x", FILE_OF("09"), 0), command, "so is the new one");
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0 || done();
}
