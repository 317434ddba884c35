#include "send/host.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
sendhost_fail(struct sendhost *h, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b)
{
	h->temp = 1;
	if (h->fail == NULL)
		h->fail = calloc(1, sizeof *h->fail);
	if (h->fail == NULL)
		return;
	h->fail->class = class;
	h->fail->phase = NULL;
	h->fail->code = 0;
	h->fail->tls = h->fail->cert = h->fail->policy = NULL;
	snprintf(h->fail->esc, sizeof h->fail->esc, "%s", esc);
	snprintf(h->fail->text, sizeof h->fail->text, fmt, a, b);
}

void
sendhost_fail_final(struct sendhost *h, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b)
{
	unsigned temp = h->temp;

	sendhost_fail(h, class, esc, fmt, a, b);
	h->temp = temp;
	h->final = 1;
	if (h->fail != NULL)
		h->fail->code = 550;
}

void
sendhost_fail_reply(struct sendhost *h, const char *class,
    const struct reply *re)
{
	size_t n;

	sendhost_fail(h, class, "4.0.0", "%s%s", "", "");
	if (h->fail == NULL)
		return;
	h->fail->phase = class;
	h->fail->code = re->code;
	/* no mail at this host: that says nothing of the recipient;
	 * VIOLATIONS.md: GREETING-5XX */
	if (re->esc != NULL && re->esc_len <= REPLY_ESC_MAX) {
		memcpy(h->fail->esc, re->esc, re->esc_len);
		h->fail->esc[re->esc_len] = '\0';
		h->fail->esc[0] = '4';
	}
	n = reply_text(re, h->fail->text, REPLY_TEXT_MAX);
	h->fail->text[n] = '\0';
}

static const struct dial_addr *
source(const struct sendsite *site, enum dial_kind kind)
{
	return kind == DIAL_V6 ? &site->bind6 : &site->bind;
}

/* what the memory of dead hosts is about: address, port and source */
static void
dead_key(const struct dial_addr *to, const struct sendsite *site,
    unsigned char key[SENDHOST_KEY])
{
	const struct dial_addr *from = source(site, to->kind);

	memset(key, 0, SENDHOST_KEY);
	key[0] = to->kind;
	key[1] = to->port >> 8;
	key[2] = to->port;
	memcpy(key + 3, to->ip, 16);
	if (from->kind == to->kind)
		memcpy(key + 19, from->ip, 16);
}

int
sendhost_key(const struct sendhost *h, const struct sendsite *site,
    unsigned char key[SENDHOST_KEY])
{
	struct dial_addr to;

	if (h->kind == DIAL_UNIX || h->ip == NULL ||
	    dial_scan_ip(h->ip, strlen(h->ip), &to) == -1)
		return 0;
	to.port = h->port;
	dead_key(&to, site, key);
	return 1;
}

void
sendhost_failed(const struct sendhost *h, const struct sendsite *site,
    struct deadhost *dead, int64_t now_ms)
{
	unsigned char key[SENDHOST_KEY];

	if (h->fail != NULL && sendhost_key(h, site, key))
		deadhost_failed(dead, key, sizeof key, now_ms, h->fail->text);
}

void
sendhost_alive(const struct sendhost *h, const struct sendsite *site,
    struct deadhost *dead)
{
	unsigned char key[SENDHOST_KEY];

	if (dead->e != NULL && sendhost_key(h, site, key))
		deadhost_alive(dead, key, sizeof key);
}

static int
remember(struct sendhost *h, const struct dial_addr *to, const char *name,
    size_t len, const char *word, size_t n)
{
	char ip[DIAL_TEXT_MAX];

	free(h->name);
	h->ip = NULL;
	dial_text(to, ip);
	h->name = malloc(len + strlen(ip) + n + 3);
	if (h->name == NULL)
		return -1;
	memcpy(h->name, name, len);
	h->name[len] = '\0';
	memcpy(h->name + len + 1, ip, strlen(ip) + 1);
	h->ip = h->name + len + 1;
	memcpy(h->name + len + strlen(ip) + 2, word, n);
	h->name[len + strlen(ip) + 2 + n] = '\0';
	h->kind = to->kind;
	h->port = to->port;
	return 0;
}

/* an address of ours that this machine does not have is named: it is the one
 * thing to be mended */
static void
cannot_connect(struct sendhost *h, const struct dial_addr *from, int local,
    int is_relay)
{
	const char *why = strerror(errno);
	char text[DIAL_TEXT_MAX + 64], ip[DIAL_TEXT_MAX];
	int not_ours =
	    local && errno == EADDRNOTAVAIL && from->kind != DIAL_NONE;

	if (not_ours)
		snprintf(text, sizeof text,
		    "unable to bind %s: ", dial_text(from, ip));
	else
		snprintf(text, sizeof text,
		    "unable to connect%s: ", is_relay ? " to the relay" : "");
	sendhost_fail(h,
	    not_ours    ? "source"
		: local ? "local"
			: "connect",
	    local ? "4.3.0" : "4.4.1", "%s%s", text, why);
}

static enum sendhost_step
start(struct sendhost *h, const struct dial_addr *to,
    const struct sendsite *site, int *fd)
{
	const struct dial_addr *from = source(site, to->kind);
	const struct dial_addr any = { .kind = DIAL_NONE };
	int local, err;

	if (site->relay_kind != RELAYOUT_NONE) {
		to = &site->relay;
		from = &any;
	}
	if (to->kind == DIAL_NONE) {
		sendhost_fail(h, "local", "4.3.5", "unusable relay%s%s", "",
		    "");
		return SENDHOST_SKIPPED;
	}
	*fd = dial_start(to, from, &local);
	if (*fd != -1)
		return SENDHOST_GOING;
	err = errno;
	cannot_connect(h, from, local, site->relay_kind != RELAYOUT_NONE);
	/* the relay is dead, which says nothing of the host */
	if (!local)
		return site->relay_kind != RELAYOUT_NONE ? SENDHOST_SKIPPED
							 : SENDHOST_REFUSED;
	return err == EADDRNOTAVAIL || err == EACCES ? SENDHOST_SKIPPED
						     : SENDHOST_LOCAL;
}

static enum sendhost_step
try_host(struct sendhost *h, const char *word, size_t n,
    const struct sendsite *site, struct deadhost *dead, int64_t now_ms)
{
	unsigned char key[SENDHOST_KEY];
	const char *name, *why = NULL;
	struct dial_addr to;
	size_t len;

	if (dial_scan(word, n, &to, &name, &len) == -1) {
		sendhost_fail(h, "local", "4.3.5", "unusable host in mx%s%s",
		    "", "");
		return SENDHOST_SKIPPED;
	}
	if (remember(h, &to, name, len, word, n) == -1)
		return SENDHOST_LOCAL;
	if (to.kind != DIAL_UNIX) {
		dead_key(&to, site, key);
		why = deadhost_skip(dead, key, sizeof key, now_ms);
	}
	if (why != NULL) {
		sendhost_fail(h, "connect", "4.4.1", "%s%s", why, "");
		return SENDHOST_SKIPPED;
	}
	return SENDHOST_GOING;
}

enum sendhost_step
sendhost_next(struct sendhost *h, const char *list, const struct sendsite *site,
    struct deadhost *dead, int64_t now_ms)
{
	const char *word;
	size_t n;

	while (list[h->at] == ' ')
		h->at++;
	word = list + h->at;
	n = strcspn(word, " ");
	h->at += n;
	return n == 0 ? SENDHOST_NONE
		      : try_host(h, word, n, site, dead, now_ms);
}

enum sendhost_step
sendhost_dial(struct sendhost *h, const struct sendsite *site, int *fd)
{
	const char *word = h->ip + strlen(h->ip) + 1, *name;
	struct dial_addr to;
	size_t len;

	if (dial_scan(word, strlen(word), &to, &name, &len) == -1)
		return SENDHOST_SKIPPED;
	return start(h, &to, site, fd);
}

int
sendhost_listed(const struct sendhost *h, const char *list)
{
	const char *word;
	size_t n, len;

	if (h->name == NULL)
		return 0;
	word = h->ip + strlen(h->ip) + 1;
	len = strlen(word);
	for (; *list != '\0'; list += n + strspn(list + n, " ")) {
		n = strcspn(list, " ");
		if (n == len && memcmp(list, word, n) == 0)
			return 1;
	}
	return 0;
}

const char *
sendhost_dead(const char *word, size_t n, const struct sendsite *site,
    struct deadhost *dead, int64_t now_ms, int64_t *until_ms)
{
	unsigned char key[SENDHOST_KEY];
	struct dial_addr to;
	const char *name;
	size_t len;

	if (dial_scan(word, n, &to, &name, &len) == -1 || to.kind == DIAL_UNIX)
		return NULL;
	dead_key(&to, site, key);
	return deadhost_look(dead, key, sizeof key, now_ms, until_ms);
}

void
sendhost_free(struct sendhost *h)
{
	free(h->fail);
	free(h->name);
	memset(h, 0, sizeof *h);
}
