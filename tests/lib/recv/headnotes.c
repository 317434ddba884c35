/* recv/headnotes: what rules ask of the header is in the envelope */
#include "recv/headnotes.h"
#include "cdbfile.h"
#include "recv/headlook.h"
#include "route/routefile.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-headnotes.XXXXXX";
static struct incoming_store store;
static struct access access_;
static struct buf room;

/* the tags of a letter with this header and so much text */
static const char *
tags(const char *header, size_t header_len, size_t body, int want)
{
	static const char line[] = "0123456789012345678901234567890\n";
	static struct buf out;
	struct incoming *l = incoming_new(&store, NULL);
	const struct buf *env = &l->item.env;
	struct slice rest, one;

	incoming_front(l, "X-A: ours\n", 10);
	incoming_add(l, header, header_len);
	incoming_add(l, "\n", 1);
	for (; body > 32; body -= 32)
		incoming_add(l, line, 32);
	is_num(incoming_whole(l), 0, "whole");
	is_num(headnotes_put(&access_, l, &room), want, "noted");
	buf_clear(&out);
	rest = (struct slice){ buf_data(env), buf_len(env) };
	while (rest.n > 0 && word_piece(&rest, '\n', &one))
		if (one.n > 4 && memcmp(one.p, "tag ", 4) == 0)
			buf_printf(&out, "%.*s;", (int)one.n - 4, one.p + 4);
	buf_putc(&out, '\0');
	incoming_free(l);
	return buf_data(&out);
}

static void
rules(const char *text)
{
	char path[100];

	snprintf(path, sizeof path, "%s/routes.cdb", dir);
	if (text == NULL)
		unlink(path);
	else
		cdbfile(dir, &conffile_routes, text);
	memset(&access_, 0, sizeof access_);
	access_open(&access_, dir, "me.example", NULL, 0);
}

int
main(void)
{
	static const char two[] = "X-A: a\nSubject: y\n";
	char *big = malloc(HEADLOOK_MAX + 1), path[100];
	int on;

	if (mkdtemp(dir) == NULL || big == NULL)
		return 1;
	store.dir = dir;
	store.share.pool[SHARE_MEMORY].max = 1 << 20;
	store.share.pool[SHARE_FILES].max = 1 << 20;
	for (on = 0; on < 2; on++) {
		size_t body = on ? 200000 : 0;

		rules(
		    "header:x-a mx\nheader:Subject=\"y*\" mx\nheader:x-b mx\n");
		is_str(tags(two, sizeof two - 1, body, 0),
		    "header=x-a;header=subject=y*;", "both");
		is_str(tags("To: b\n", 6, body, 0), "",
		    "our own fields do not count");
		rules("to:@b mx\n");
		is_str(tags(two, sizeof two - 1, body, 0), "", "not asked");
		rules(NULL);
		is_str(tags(two, sizeof two - 1, body, 0), "", "no rules");
	}
	rules("header:x-a mx\n");
	memset(big, 'x', HEADLOOK_MAX + 1);
	memcpy(big, "X-A: ", 5);
	big[HEADLOOK_MAX] = '\n';
	is_str(tags(big, HEADLOOK_MAX + 1, 0, 0), "", "a header too long");
	snprintf(path, sizeof path, "%s/routes.cdb", dir);
	cdbfile_bytes(dir, "routes", "junk", 4);
	memset(&access_, 0, sizeof access_);
	access_open(&access_, dir, "me.example", NULL, 0);
	is_str(tags(two, sizeof two - 1, 0, -1), "", "damaged");
	unlink(path);
	rmdir(dir);
	free(big);
	return done();
}
