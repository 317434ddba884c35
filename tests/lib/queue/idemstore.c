#include "queue/idemstore.h"
#include "queue/idemfiles.h"
#include "queue/layout.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost.XXXXXX";
static int root;
static struct idemstore a, b;
static char id[NAME_LEN + 1];

static struct idem_key
key(unsigned n)
{
	struct idem_key k = { 0 };

	memcpy(k.of, &n, sizeof n);
	return k;
}

/* an id that was made so many seconds ago */
static const char *
made(int64_t ago_s, unsigned n)
{
	static char name[NAME_LEN + 1];

	name_make(name, ((int64_t)time(NULL) - ago_s) * 1000000 + n, 1, 0);
	return name;
}

static int
note(struct idemstore *s, unsigned n, int64_t ago_s)
{
	struct idem_key k = key(n);

	return idemstore_note(s, &k, made(ago_s, n));
}

/* begins, looks, and ends */
static int
known(struct idemstore *s, unsigned n)
{
	struct idem_key k = key(n);
	int r;

	if (idemstore_begin(s) == -1)
		return -2;
	r = idemstore_find(s, &k, id);
	idemstore_end(s, 1);
	return r;
}

/* one batch of one key */
static void
commit(struct idemstore *s, unsigned n, int64_t ago_s)
{
	if (idemstore_begin(s) == -1 || note(s, n, ago_s) == -1 ||
	    idemstore_sync(s) == -1)
		exit(1);
	idemstore_end(s, 1);
}

/* a process that dies in the middle */
static void
die_after(struct idemstore *s)
{
	close(s->lock);
	close(s->fd);
	close(s->dir);
	idemtable_close(&s->table);
	free(s->segment);
	idemstore_init(s, root);
}

static void
batches(void)
{
	is_num(known(&a, 1), IDEMSTORE_NEW, "nothing is known");
	commit(&a, 1, 0);
	is_num(known(&a, 1), IDEMSTORE_REPEATED, "a key");
	is_num(known(&b, 1), IDEMSTORE_REPEATED, "another process knows it");
	commit(&b, 2, 0);
	is_num(known(&a, 2), IDEMSTORE_REPEATED, "and the other way round");
	idemstore_begin(&a);
	note(&a, 3, 0);
	idemstore_end(&a, 0);
	ok(known(&a, 3) == IDEMSTORE_NEW && known(&b, 3) == IDEMSTORE_NEW,
	    "a batch that failed leaves none");
	idemstore_begin(&a);
	note(&a, 4, 0);
	note(&a, 5, 0);
	idemstore_void(&a);
	note(&a, 6, 0);
	idemstore_end(&a, 1);
	ok(known(&b, 4) == 1 && known(&b, 5) == 0 && known(&b, 6) == 1,
	    "nor does one that was void");
}

static void
locked(void)
{
	idemstore_begin(&a);
	is_num(idemstore_begin(&a), 0, "once begun is begun");
	ok(idemstore_begin(&b) == -1 && errno == ETIMEDOUT,
	    "another one waits, for a while");
	idemstore_end(&a, 1);
	is_num(idemstore_begin(&b), 0, "then it is its turn");
	idemstore_end(&b, 1);
}

static void
sums(void)
{
	struct idem_key k = key(10), other = k;

	k.has_sum = other.has_sum = 1;
	k.sum = 1;
	other.sum = 2;
	idemstore_begin(&a);
	idemstore_note(&a, &k, made(0, 10));
	is_num(idemstore_find(&a, &k, id), IDEMSTORE_REPEATED,
	    "within its batch, too");
	is_num(idemstore_find(&a, &other, id), IDEMSTORE_OTHER,
	    "the key for something else");
	idemstore_end(&a, 1);
	is_num(known(&b, 10), IDEMSTORE_REPEATED,
	    "without a sum none is wrong");
}

static void
put_file(const char *name, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(1);
	close(fd);
}

/* who died left these without a mark: in the journal, nowhere */
static void
recovered(void)
{
	char line[64];

	idemstore_begin(&a);
	note(&a, 20, 0);
	snprintf(line, sizeof line, "%s 0 S 1\n", made(0, 20));
	put_file("done/0000000001", line);
	note(&a, 21, 0);
	die_after(&a);
	is_num(idemfiles_clean(&b), 0, "the end has no mark");
	is_num(idemstore_settle(&b), 0, "it is looked into");
	is_num(idemfiles_clean(&b), 1, "and has one then");
	is_num(known(&b, 20), IDEMSTORE_REPEATED, "what was delivered counts");
	is_num(known(&b, 21), IDEMSTORE_NEW, "what is nowhere does not");
	is_num(known(&a, 20), IDEMSTORE_REPEATED, "for all");
	put_file("keys/0000000001", "P 0123");
	commit(&a, 22, 0);
	die_after(&b);
	is_num(known(&b, 22), IDEMSTORE_REPEATED, "a cut line harms none");
	put_file("keys/0000000001", "garbage\n\n");
	commit(&a, 23, 0);
	is_num(known(&b, 23), IDEMSTORE_REPEATED, "nor does garbage");
}

static int
segments(void)
{
	char path[128];
	int n = 0, i;

	for (i = 1; i < 20; i++) {
		snprintf(path, sizeof path, "%s/keys/%010d", dir, i);
		n += access(path, F_OK) == 0;
	}
	return n;
}

static void
lifetime(void)
{
	a.lifetime_s = b.lifetime_s = 7200;
	commit(&a, 30, 7100);
	is_num(known(&a, 30), IDEMSTORE_REPEATED, "within its lifetime");
	commit(&a, 31, 7300);
	is_num(known(&a, 31), IDEMSTORE_NEW, "and after it");
	commit(&a, 31, 0);
	is_num(known(&b, 31), IDEMSTORE_REPEATED, "taken anew it is known");
}

/* a segment is left after an hour, and removed when all of it is too old */
static void
turned(void)
{
	int before = segments();

	idemstore_begin(&a);
	is_num(idemfiles_turn(&a, ((int64_t)time(NULL) + 3700) * 1000000), 0,
	    "an hour later");
	idemstore_end(&a, 1);
	is_num(segments(), before + 1, "there is one more segment");
	commit(&b, 40, 0);
	is_num(known(&a, 40), IDEMSTORE_REPEATED, "the others follow");
	idemstore_begin(&a);
	idemfiles_turn(&a, ((int64_t)time(NULL) + 3700 + 7200) * 1000000);
	idemstore_end(&a, 1);
	is_num(segments(), 1, "two hours later only the newest is left");
	is_num(known(&a, 31), IDEMSTORE_NEW, "what is gone is not known");
	die_after(&b);
	is_num(known(&b, 31), IDEMSTORE_NEW, "to nobody");
	commit(&b, 41, 0);
	is_num(known(&a, 41), IDEMSTORE_REPEATED, "it goes on");
}

static void
full(void)
{
	unsigned i;

	die_after(&a);
	a.max = 3;
	for (i = 50; i < 54; i++)
		commit(&a, i, 0);
	is_num(known(&a, 50), IDEMSTORE_NEW, "more than fit: the oldest goes");
	is_num(known(&a, 51), IDEMSTORE_REPEATED, "the others stay");
	ok(idemstore_pushed_out(&a) > 0 && idemstore_pushed_out(&a) == 0,
	    "it is told once");
}

int
main(void)
{
	const char *what;
	char command[64];

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1)
		return 1;
	root = open(dir, O_RDONLY | O_DIRECTORY);
	idemstore_init(&a, root);
	idemstore_init(&b, root);
	is_num(idemstore_settle(&a), 0, "a queue without keys");
	is_num(segments(), 0, "stays so");
	batches();
	locked();
	sums();
	recovered();
	lifetime();
	turned();
	full();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(system(command) == 0, "the folder is removed");
	return done();
}
