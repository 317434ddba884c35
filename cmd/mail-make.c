/* mail-make - messages out of JSON, mail-json(5) */
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/random.h"
#include "base/wholefile.h"
#include "compose/compose.h"
#include "format/jsonread.h"
#include "format/parcel.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "mail-make [-ep] [-n number] [-s seed] [-t template]";

enum {
	MAILMAKE_LINE_MAX = 64 << 20, /* bytes of a line with -p */
	GATHERED = 65536              /* bytes that are written at once */
};

static struct compose template;
static int has_template, show_env, parcels;
static uint64_t seed, line_number;
static const char *tmp;
static struct buf out;

/* in: the file, or "" */
static void
die_fault(const char *in, const struct compose_fault *f)
{
	if (f->memory)
		die(EXIT_TEMP, "out of memory");
	die(EXIT_PERM, "%s%s%s%s", in, f->path, *f->path == '\0' ? "" : ": ",
	    f->why);
}

static json_t *
read_json(const char *in, const char *p, size_t n)
{
	char why[JSONREAD_WHY_MAX];
	json_t *j = jsonread(p, n, JSONREAD_ONCE, why);

	if (j == NULL)
		die(EXIT_PERM, "%s%s", in, why);
	return j;
}

static void
read_template(const char *path)
{
	struct compose_fault f = { 0 };
	struct wholefile w;
	char in[4200];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || wholefile_open(&w, fd, tmp) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	snprintf(in, sizeof in, "%.4096s: ", path);
	if (compose_template(&template, read_json(in, w.p, w.n), &f) == -1)
		die_fault(in, &f);
	has_template = 1;
	wholefile_close(&w);
	close(fd);
}

static void
put(const struct buf *env, const struct buf *text)
{
	if (parcels) {
		needs(parcel_head(&out, env, buf_len(text)));
	} else if (show_env) {
		needs(buf_put(&out, buf_data(env), buf_len(env)));
		needs(buf_putc(&out, '\n'));
	}
	needs(buf_put(&out, buf_data(text), buf_len(text)));
	if (parcels)
		needs(buf_putc(&out, ','));
	if (buf_len(&out) >= GATHERED)
		out_flush(&out);
}

/* only: the number of the one that is wanted, from 1; 0 for all */
static void
make_request(const char *in, json_t *j, uint64_t only)
{
	struct buf env = { 0 }, text = { 0 };
	struct compose_fault f = { 0 };
	struct compose c = { .seed = seed += line_number };
	size_t i, n;

	if (compose_open(&c, j, &f) == -1)
		die_fault(in, &f);
	n = compose_count(&c);
	if (only > n)
		die(EXIT_PERM, "there are only %zu", n);
	for (i = only == 0 ? 0 : only - 1; i < (only == 0 ? n : only); i++) {
		buf_clear(&env);
		buf_clear(&text);
		if (compose_one(&c, i, &env, &text, &f) == -1)
			die_fault(in, &f);
		put(&env, &text);
	}
	compose_close(&c);
	buf_free(&env);
	buf_free(&text);
}

static void
make_rcpt(const char *in, const json_t *j)
{
	struct buf env = { 0 }, text = { 0 };
	struct compose_fault f = { 0 };

	if (compose_rcpt(&template, j, 0, seed + line_number, &env, &text,
		&f) == -1)
		die_fault(in, &f);
	put(&env, &text);
	buf_free(&env);
	buf_free(&text);
}

static void
take_line(void *arg, const char *p, size_t n)
{
	char in[64];
	json_t *j;

	(void)arg;
	snprintf(in, sizeof in,
	    "line %llu: ", (unsigned long long)++line_number);
	if (p == NULL)
		die(EXIT_PERM, "%smore than 64 MiB", in);
	j = read_json(in, p, n);
	if (has_template)
		make_rcpt(in, j);
	else
		make_request(in, j, 0);
	json_decref(j);
}

static void
make_one(uint64_t number)
{
	struct wholefile w;
	json_t *j;

	if (wholefile_open(&w, 0, tmp) == -1)
		die(EXIT_TEMP, "unable to read: %m");
	j = read_json("", w.p, w.n);
	if (has_template)
		make_rcpt("", j);
	else
		make_request("", j, number);
	json_decref(j);
}

static void
make_lines(void)
{
	size_t left;

	if (lines_left(0, MAILMAKE_LINE_MAX, take_line, NULL, &left) == -1)
		die(EXIT_TEMP, "unable to read: %m");
	if (left > 0)
		die(EXIT_PERM, "the last line has no end");
}

/* what came before a fault; one that cannot be written dies, too */
static void
flush(void)
{
	die_before = NULL;
	out_flush(&out);
}

int
main(int argc, char **argv)
{
	const char *path = NULL;
	uint64_t number = 1;
	int c, numbered = 0, seeded = 0;

	prog_init(argv);
	opterr = 0;
	while ((c = getopt(argc, argv, "+en:ps:t:")) != -1)
		switch (c) {
		case 'e': show_env = 1; break;
		case 'n':
			number = opt_num(c, optarg, 1, COMPOSE_MESSAGES_MAX);
			numbered = 1;
			break;
		case 'p': parcels = 1; break;
		case 's':
			seed = opt_num(c, optarg, 0, INT64_MAX);
			seeded = 1;
			break;
		case 't': path = optarg; break;
		default: die_usage(usage);
		}
	if (optind != argc || (parcels && (show_env || numbered)) ||
	    (path != NULL && numbered))
		die_usage(usage);
	if (!seeded && random_bytes(&seed, sizeof seed) == -1)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	tmp = getenv("TMPDIR");
	tmp = tmp != NULL && *tmp != '\0' ? tmp : "/tmp";
	if (path != NULL)
		read_template(path);
	die_before = flush;
	if (parcels)
		make_lines();
	else
		make_one(number);
	out_flush(&out);
	return EXIT_OK;
}
