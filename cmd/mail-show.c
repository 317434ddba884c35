/* mail-show - a message taken apart, for people and scripts */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "base/wholefile.h"
#include "mime/decode.h"
#include "mime/mailshow.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "mail-show [-a | -f NAME | -p PATH]";

enum { COPY_BYTES = 65536 };

static struct buf out;

static void
gathered(void)
{
	if (buf_len(&out) >= COPY_BYTES)
		out_flush(&out);
}

/* all: the fields of each part, not only those of the message */
static void
show(const struct wholefile *in, int all)
{
	static struct mimewalk w;
	static struct mimepart m;
	const char *p;
	int r;

	mimewalk_open(&w, in->p, in->n);
	while (mimewalk_next(&w, &m)) {
		p = NULL;
		while ((all || m.depth == 0) &&
		    (r = mailshow_field(&out, &p, &m, in->p)) != 0) {
			needs(r);
			gathered();
		}
		needs(mailshow_part(&out, &m, in->p));
		gathered();
	}
	out_flush(&out);
	if (w.cut)
		warn("there are more parts, or deeper ones, than are looked "
		     "at");
}

static void
write_part(const struct mimepart *m)
{
	static char piece[COPY_BYTES + DECODE_HELD_MAX];
	struct decode d;
	size_t at, n;

	decode_init(&d, m->kind == MIME_LEAF ? m->encoding : MIME_IDENTITY);
	for (at = 0; at < m->body_len; at += n) {
		n = m->body_len - at;
		if (n > COPY_BYTES)
			n = COPY_BYTES;
		out_bytes(piece, decode_feed(&d, m->body + at, n, piece));
	}
	out_bytes(piece, decode_end(&d, piece));
	if (d.bad)
		warn("the part is not all in its encoding");
}

static void
show_part(const struct wholefile *in, const char *path)
{
	char here[MIMEWALK_PATH_LEN + 1];
	static struct mimewalk w;
	static struct mimepart m;

	mimewalk_open(&w, in->p, in->n);
	while (mimewalk_next(&w, &m)) {
		mimepart_path(&m, here);
		if (strcmp(here, path) == 0) {
			write_part(&m);
			return;
		}
	}
	die(EXIT_PERM, "no part %s", path);
}

int
main(int argc, char **argv)
{
	const char *field = NULL, *path = NULL, *tmp = getenv("TMPDIR");
	struct wholefile in;
	int c, all = 0;

	prog_init(argv);
	opterr = 0;
	while ((c = getopt(argc, argv, "+af:p:")) != -1)
		switch (c) {
		case 'a': all = 1; break;
		case 'f': field = optarg; break;
		case 'p': path = optarg; break;
		default: die_usage(usage);
		}
	if (optind != argc || all + (field != NULL) + (path != NULL) > 1)
		die_usage(usage);
	if (wholefile_open(&in, 0,
		tmp != NULL && *tmp != '\0' ? tmp : "/tmp") == -1)
		die(EXIT_TEMP, "unable to read: %m");
	if (path != NULL) {
		show_part(&in, path);
	} else if (field != NULL) {
		needs(mailshow_value(&out, field, strlen(field), in.p, in.n));
		out_flush(&out);
	} else {
		show(&in, all);
	}
	return EXIT_OK;
}
