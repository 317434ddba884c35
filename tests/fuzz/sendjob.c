#include "send/job.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* any line: no overrun; what is taken from it is what the line says, and
 * nothing that reaches a command could end it */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
harmless(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		assert(*s != '\r' && *s != '\n');
}

static void
transaction(const struct sendjob *j)
{
	struct sendtxn *t = sendtxn_new(j);
	int i;

	assert(t != NULL);
	for (i = 0; i < 3; i++)
		assert(sendtxn_add(t, j) == 0);
	assert(t->mail.n_rcpt == 4);
	assert(strcmp(t->mail.rcpt[3].to, t->mail.rcpt[0].to) == 0);
	harmless(t->mail.from);
	harmless(t->mail.dsn);
	harmless(t->mail.rcpt[3].to);
	harmless(t->mail.rcpt[3].dsn);
	assert(strlen(t->id) <= j->f[SENDJOB_ID]->value_len);
	sendtxn_same(t, j);
	sendtxn_ascii(t);
	sendtxn_free(t);
}

static void
job(const char *line, size_t n)
{
	static struct sendjob j;
	char key[SENDJOB_KEY_MAX];
	struct sendsite s;
	size_t k;

	if (sendjob_parse(line, n, &j) != NULL)
		return;
	assert(j.f[SENDJOB_ID] != NULL && j.f[SENDJOB_MX] != NULL);
	k = sendjob_key(&j, key);
	assert(k <= sizeof key);
	if (k > 0) {
		assert(sendsite_fill(&s, &j, key, k) == 0);
		harmless(s.helo);
		sendsite_free(&s);
	}
	if (sendjob_addresses(&j) == SENDJOB_GOOD)
		transaction(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* the first label of a name counts: so before and behind */
	static const char good[] = "id:a\tn:1\tfrom:a@x\tto:b@y\tfile:/f\t"
				   "size:3\tmx:h/1/1.1.1.1\tnotify:N\tret:R";
	char *line = malloc(n + sizeof good + 1);

	job((const char *)data, n);
	memcpy(line, data, n);
	line[n] = '\t';
	memcpy(line + n + 1, good, sizeof good - 1);
	job(line, n + sizeof good);
	free(line);
	return 0;
}
