#include "queuedir.h"
#include "tap.h"
#include "move/queuefile.h"
#include "move/taken.h"
#include <fcntl.h>
#include <string.h>

#define A "1irvrd2bo09000000109"
#define B "1irvrd2bo0900000020a"
#define C "1irvrd2bo0900000030b"

enum { NOW = 1790000000 };

static int root;

/* what the file says then, of messages that were A */
static void
file(const char *text, const char *want, const char *name)
{
	struct taken t = { .root = root };
	struct buf b = { 0 }, got = { 0 };
	uint32_t i;

	buf_puts(&b, text);
	queuefile_put(root, "imported", &b);
	is_num(taken_open(&t, NOW), 0, name);
	for (i = taken_first(&t, A); i != HASHINDEX_NONE;
	     i = taken_next(&t, i, A))
		buf_printf(&got, "%.20s %.*s;", taken_get(&t, i)->new,
		    (int)taken_get(&t, i)->numbers_len,
		    buf_data(&t.text) + taken_get(&t, i)->numbers_at);
	buf_putc(&got, '\0');
	is_str(buf_data(&got), want, name);
	buf_free(&b);
	buf_free(&got);
}

/* it is in the file when it is synced, and not before */
static void
adds(void)
{
	struct taken t = { .root = root };
	struct buf b = { 0 };

	queuefile_put(root, "imported", &b);
	taken_open(&t, NOW);
	is_num(taken_sync(&t), 0, "nothing to write");
	is_num(queuefile_read(root, "imported", &b), 0, "makes no file");
	is_num((long long)buf_len(&b), 0, "indeed");
	taken_add(&t, A, B, NOW, "0-3", 3);
	ok(taken_first(&t, A) != HASHINDEX_NONE, "it is known at once");
	queuefile_read(root, "imported", &b);
	is_num((long long)buf_len(&b), 0, "but not in the file");
	is_num(taken_sync(&t), 0, "now");
	taken_add(&t, A, C, NOW, "7", 1);
	is_num(taken_sync(&t), 0, "and another");
	queuefile_read(root, "imported", &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    A " " B " 1790000000 0-3 .\n" A " " C " 1790000000 7 .\n",
	    "both stand there");
	buf_free(&b);
}

static void
many(void)
{
	struct taken t = { .root = root };
	char id[NAME_LEN + 1] = A;
	unsigned i, found = 0;

	taken_open(&t, NOW);
	for (i = 0; i < 100000; i++) {
		snprintf(id, sizeof id, "1irvrd2bo%09u09", i);
		taken_add(&t, id, B, NOW, "0", 1);
	}
	for (i = 0; i < 100000; i++) {
		snprintf(id, sizeof id, "1irvrd2bo%09u09", i);
		found += taken_first(&t, id) != HASHINDEX_NONE &&
		    taken_next(&t, taken_first(&t, id), id) == HASHINDEX_NONE;
	}
	is_num(found, 100000, "a hundred thousand are found");
	ok(buf_len(&t.all) + buf_len(&t.text) < 7000000, "in 7 MB");
}

int
main(void)
{
	struct buf b = { 0 };

	queuedir_make();
	root = open(queuedir, O_RDONLY | O_DIRECTORY);
	file("", "", "no file");
	file(A " " B " 1790000000 0 .\n" B " " A " 1790000000 1 .\n", B " 0;",
	    "one");
	file(A " " B " 1790000000 0 .\n" A " " C " 1790000000 1-5 .\n",
	    C " 1-5;" B " 0;", "two of one");
	file(A " " B " 1787408000 0 .\n", B " 0;", "of 30 days ago");
	file(A " " B " 1787407999 0 .\n", "", "of a second before");
	is_num(queuefile_read(root, "imported", &b), 0, "is gone");
	is_num((long long)buf_len(&b), 0, "from the file");
	file(A " " B " 1790000000 0 .", "", "a line that is cut");
	file(A " " B " 1790000000 0-1\n", "", "a part of a line");
	file(A " " B " 1790000000 0-1 \n", "", "a bit more of it");
	file(A " " B " 1790000000 x .\n", "", "no numbers");
	file(A " " B " x 0 .\n", "", "no time");
	file(A " " B " 0 .\n" A "\n\n.\n" A " " B " 1790000000 4 .\n", B " 4;",
	    "a good one among others");
	queuefile_read(root, "imported", &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), A " " B " 1790000000 4 .\n", "alone stays");
	adds();
	many();
	queuedir_remove();
	return done();
}
