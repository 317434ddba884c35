#include "tap.h"
#include "format/netstring.h"
#include "queue/intake.h"
#include "queue/layout.h"
#include "queue/queuereader.h"
#include "queue/sumcheck.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost.XXXXXX";
static struct intake in;
static struct buf input;

/* parcels of two sizes and kinds, and how each ends */
#define ENV "from a\nto b\n"
static const struct {
	const char *env;
	size_t len; /* of the message */
	char kind;
	const char *text;
} parcels[] = {
	{ ENV "\n", 5, 'K', "" },
	{ ENV "\n", 0, 'K', "" },
	{ "\n", 5, 'D', "5.6.0 malformed envelope" },
	{ "", 0, 'D', "5.6.0 malformed envelope" },
	{ ENV, 0, 'D', "5.6.0 malformed envelope" },
	{ ENV "\n", 300000, 'K', "" },
	{ "from a\n\n", 300000, 'D', "5.6.0 malformed envelope" },
	{ ENV "to c\nto d\n\n", 3, 'K', "" },
	{ ENV "to c\nto d\nto e\n\n", 3, 'D', "5.5.3 too many recipients" },
	{ ENV "to c\nto d\nto e\n\n", 300000, 'D',
	    "5.5.3 too many recipients" },
	{ ENV "\n", 400000, 'K', "" },
	{ ENV "\n", 400001, 'D', "5.3.4 message too big for this queue" },
	{ ENV "\n", 1, 'K', "" },
	{ ENV "probe\n\n", 5, 'K', "probe" },
	{ "probe\n" ENV "\n", 300000, 'K', "probe" },
	{ ENV "probe\n\n", 400001, 'D',
	    "5.3.4 message too big for this queue" },
	{ "probe\n\n", 5, 'D', "5.6.0 malformed envelope" },
	{ ENV "prio 12\n\n", 5, 'D',
	    "5.6.0 bad envelope line: prio 12: no digit" },
	{ "hold-until tomorrow\n" ENV "\n", 300000, 'D',
	    "5.6.0 bad envelope line: hold-until tomorrow: no time" },
	{ ENV "From c\n\n", 5, 'D', "5.6.0 bad envelope line: From c: no key" },
	{ ENV "x y\rz\n\n", 300000, 'D',
	    "5.6.0 bad envelope line: x y\\x0dz: value not escaped" },
	{ ENV "\n", 2, 'K', "" },
};
enum { PARCELS = sizeof parcels / sizeof parcels[0] };

static void
put_parcel(unsigned i)
{
	struct buf b = { 0 };
	size_t k;

	buf_puts(&b, parcels[i].env);
	for (k = 0; k < parcels[i].len; k++)
		buf_putc(&b, k % 70 == 69 ? '\n' : 'a' + i);
	netstring_put(&input, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* all of input in pieces of a size; 0, or -1 when the stream is useless */
static int
feed(struct intake_stream *s, size_t piece)
{
	size_t at = 0, have = 0;
	long used;

	while (have < buf_len(&input)) {
		have += piece;
		if (have > buf_len(&input))
			have = buf_len(&input);
		while ((used = intake_feed(&in, s, buf_data(&input) + at,
			    have - at)) > 0)
			at += used;
		if (used == -1)
			return -1;
	}
	buf_consume(&input, at);
	return 0;
}

/* is message i of the run there as sent */
static int
whole(const struct intake_done *d, unsigned i)
{
	char path[NAME_PATH_LEN + 1], *p = malloc(parcels[i].len + 1);
	struct queuereader s = { in.commit.root };
	struct message_head h;
	struct buf head = { 0 };
	struct sumcheck c;
	struct stat st;
	size_t k;
	int fd, good;

	name_path(path, d->id);
	fd = queuereader_load(&s, path, &head, &h, &st);
	good = fd != -1 && h.size == parcels[i].len &&
	    pread(fd, p, h.size, h.head_len) == (ssize_t)h.size;
	for (k = 0; good && k < h.size; k++)
		good = p[k] == (k % 70 == 69 ? '\n' : (char)('a' + i));
	good = good && sumcheck_begin(&c, fd, &h, d->id) == 1 &&
	    sumcheck_more(&c, SIZE_MAX) == 0;
	if (fd != -1)
		close(fd);
	unlinkat(in.commit.root, path, 0);
	buf_free(&head);
	free(p);
	return good;
}

/* messages in the queue */
static unsigned
messages(void)
{
	char path[NAME_FOLDER_LEN + 1];
	unsigned i, n = 0;
	struct dirent *e;
	DIR *d;

	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(path, i);
		d = fdopendir(openat(in.commit.root, path, O_RDONLY));
		while (d != NULL && (e = readdir(d)) != NULL)
			n += e->d_name[0] != '.';
		if (d != NULL)
			closedir(d);
	}
	return n;
}

static void
run(size_t piece)
{
	struct intake_stream s = { .owner = &s, .file.fd = -1 };
	unsigned i, before = messages();
	char t[64];
	int good = 1;

	buf_clear(&input);
	for (i = 0; i < PARCELS; i++)
		put_parcel(i);
	is_num(feed(&s, piece), 0, "a good stream");
	ok(!intake_midway(&s, buf_len(&input)), "of whole parcels");
	is_num(in.n_done, PARCELS, "an answer each");
	is_num(intake_commit(&in), 0, "commit");
	for (i = 0; i < in.n_done; i++) {
		good = in.done[i].kind == (enum receipt_kind)parcels[i].kind;
		if (good && in.done[i].probe)
			good = strcmp(parcels[i].text, "probe") == 0 &&
			    strcmp(in.done[i].id, "probe") == 0;
		else if (good && parcels[i].kind == 'K')
			good = whole(&in.done[i], i) &&
			    in.done[i].owner == &s &&
			    in.done[i].size == parcels[i].len &&
			    in.done[i].env_len + 1 == strlen(parcels[i].env);
		else if (good)
			good = strcmp(in.done[i].text, parcels[i].text) == 0;
		snprintf(t, sizeof t, "parcel %u in pieces of %zu", i, piece);
		ok(good, t);
	}
	intake_clear(&in);
	is_num(messages(), before, "a probe is no message");
}

static void
limits(void)
{
	struct intake_stream s = { .owner = &s, .file.fd = -1 };
	unsigned i, k;

	/* envelope: exact and one above, for strangers and for others */
	for (k = 0; k < 4; k++) {
		size_t max =
		    k < 2 ? INTAKE_STRANGER_ENVELOPE_MAX : PARCEL_ENVELOPE_MAX;
		struct buf b = { 0 };

		s.stranger = k < 2;
		buf_puts(&b, ENV);
		while (buf_len(&b) + 4096 < max)
			buf_printf(&b, "tag a=%4089d\n", 1);
		buf_printf(&b, "tag a=%*d\n\n",
		    (int)(max - buf_len(&b) - 8 + k % 2), 1);
		buf_clear(&input);
		netstring_put(&input, buf_data(&b), buf_len(&b));
		feed(&s, 65536);
		is_num(in.n_done, 1, "one parcel");
		is_num(in.done[0].kind, k % 2 == 0 ? 'K' : 'D',
		    "a long envelope");
		is_num(intake_commit(&in), 0, "commit");
		intake_clear(&in);
		buf_free(&b);
	}
	s.stranger = 0;
	/* a batch */
	buf_clear(&input);
	for (i = 0; i <= COMMIT_FILES_MAX; i++)
		put_parcel(0);
	feed(&s, buf_len(&input));
	is_num(in.n_done, COMMIT_FILES_MAX, "COMMIT_FILES_MAX in a batch");
	ok(intake_full(&in), "it is full");
	intake_commit(&in);
	intake_clear(&in);
	ok(!intake_full(&in), "no more");
	feed(&s, 100);
	is_num(in.n_done, 1, "one above goes to the next");
	/* the owner goes */
	intake_forget(&in, &s);
	ok(in.done[0].owner == NULL, "nobody to answer");
	intake_commit(&in);
	intake_clear(&in);
	buf_clear(&input);
	for (i = 0; i <= INTAKE_DONE_MAX; i++)
		put_parcel(2);
	feed(&s, buf_len(&input));
	is_num(in.n_done, INTAKE_DONE_MAX, "INTAKE_DONE_MAX answers");
	intake_clear(&in);
}

/* a sync that fails: the directory's descriptor is no longer good */
static void
failing(void)
{
	struct intake_stream s = { .owner = &s, .file.fd = -1 };
	int root = in.commit.root, null = open("/dev/null", O_RDONLY);
	unsigned i;

	buf_clear(&input);
	for (i = 0; i < 5; i++)
		put_parcel(i == 2 ? 2 : 0);
	in.commit.durable = (struct durable){ .all = 1 };
	feed(&s, 1000);
	close(null);
	in.commit.root = null;
	is_num(intake_commit(&in), -1, "no sync");
	in.commit.root = root;
	for (i = 0; i < 5; i++) {
		is_num(in.done[i].kind, i == 2 ? 'D' : 'Z', "a Z, not a K");
		if (i != 2)
			ok(!whole(&in.done[i], 0), "and no file");
	}
	intake_clear(&in);
}

int
main(void)
{
	static const size_t pieces[] = { 1, 2, 7, 4096, 65536, 10 << 20 };
	struct intake_stream s = { .owner = &s, .file.fd = -1 };
	const char *what;
	char cmd[64];
	unsigned i, m;
	int bad;

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1)
		return 1;
	for (m = 0; m < 3; m++) {
		if (intake_open(&in, dir,
			m == 1 ? COMMIT_RENAME : COMMIT_TRY) == -1)
			return 1;
		if (m == 2)
			in.commit.durable = (struct durable){ .names = 1 };
		in.size_max = 400000;
		in.rcpts_max = 3;
		for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
			run(pieces[i]);
		if (m == 0) {
			in.rcpts_max = 100;
			limits();
			failing();
		}
		/* what is not whole leaves nothing */
		buf_clear(&input);
		put_parcel(5);
		input.end -= 2;
		feed(&s, 4096);
		ok(intake_midway(&s, buf_len(&input)), "in mid-parcel");
		intake_end(&in, &s);
		is_num(in.n_done, 0, "no answer");
		commit_close(&in.commit);
	}
	snprintf(cmd, sizeof cmd, "%s/tmp", dir);
	is_num(rmdir(cmd), 0, "tmp is empty");
	buf_free(&input);
	buf_free(&in.env);
	buf_free(&in.head);
	buf_free(&in.extra);
	bad = done();
	fflush(stdout);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return bad;
}
