#include "send/traceorder.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const words[TRACEORDER_WORDS] = { "site", "host", "ip",
	"domain" };

/* 0, or -1: it is none */
static int
read_line(struct slice l, struct traceorder *o)
{
	struct slice what, word;
	uint64_t times;
	unsigned i = 0;

	if (!word_piece(&l, ' ', &what) || !word_piece(&what, ':', &word) ||
	    what.n == 0 || what.n > TRACEORDER_VALUE_MAX ||
	    num_scan(l.p, l.n, 1, TRACEORDER_TIMES_MAX, &times) == -1)
		return -1;
	while (i < TRACEORDER_WORDS && !word_is(word, words[i]))
		i++;
	if (i == TRACEORDER_WORDS || memchr(what.p, '\0', what.n) != NULL)
		return -1;
	o->word = (unsigned char)i;
	o->times = (unsigned)times;
	memcpy(o->value, what.p, what.n);
	o->value[what.n] = '\0';
	return 0;
}

unsigned
traceorder_text(struct traceorders *t, const char *text, size_t n)
{
	struct slice all = { text, n }, l;
	unsigned bad = 0;

	t->n = 0;
	while (word_piece(&all, '\n', &l)) {
		if (l.n == 0 || l.p[0] == '#')
			continue;
		if (t->n == TRACEORDER_MAX ||
		    read_line(l, &t->order[t->n]) == -1)
			bad++;
		else
			t->n++;
	}
	return bad;
}

static void
read_file(struct traceorders *t)
{
	char text[TRACEORDER_FILE_MAX];
	int fd = open(t->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text);

	if (fd != -1)
		close(fd);
	traceorder_text(t, text, n > 0 ? (size_t)n : 0);
}

void
traceorder_look(struct traceorders *t, int64_t now_ms)
{
	struct stat st;
	int64_t mtime_ns;

	if (t->looked_ms != 0 && now_ms < t->looked_ms + TRACEORDER_LOOK_MS)
		return;
	t->looked_ms = now_ms;
	if (stat(t->file, &st) == -1) {
		t->n = 0;
		t->inode = 0;
		return;
	}
	mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if (t->inode == st.st_ino && t->mtime_ns == mtime_ns)
		return;
	t->inode = st.st_ino;
	t->mtime_ns = mtime_ns;
	read_file(t);
}

int
traceorder_take(struct traceorders *t, const char *const fact[TRACEORDER_WORDS])
{
	struct traceorder *o;
	unsigned i;

	for (i = 0; i < t->n; i++) {
		o = &t->order[i];
		if (o->times == 0 || fact[o->word] == NULL ||
		    !ascii_is(o->value, strlen(o->value), fact[o->word]))
			continue;
		o->times--;
		return 1;
	}
	return 0;
}
