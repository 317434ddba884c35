#include "policy/hookrule.h"
#include "policy/policyaction.h"
#include "policy/policytext.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* any bytes as requests and answers of the policy protocol, an action, and a line
 * of conf/hooks: no overrun, what is whole is so however it comes, and what is
 * written is read again */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
blocks(const char *p, size_t n)
{
	size_t len = policytext_block(p, n), k;
	struct buf b = { 0 };
	struct slice v;

	assert(len <= n);
	for (k = 0; k < n && policytext_block(p, k) == 0; k++)
		;
	assert(policytext_block(p, k) == len);
	if (len == 0)
		return;
	policytext_ok(p, len);
	v = policytext_get(p, len, "action");
	assert(v.p == NULL || (v.p >= p && v.p + v.n <= p + len));
	assert(policytext_put(&b, "sender", v) == 0);
	assert(policytext_put(&b, "n", (struct slice){ p, n }) == 0);
	assert(buf_putc(&b, '\n') == 0);
	assert(policytext_block(buf_data(&b), buf_len(&b)) == buf_len(&b));
	assert(policytext_ok(buf_data(&b), buf_len(&b)));
	assert(policytext_get(buf_data(&b), buf_len(&b), "sender").n <= v.n);
	buf_free(&b);
}

static void
action(const char *p, size_t n)
{
	struct policyaction a;

	policyaction_read(&a, p, n);
	assert(policyaction_word(a.kind) != NULL);
	assert(a.text.n == 0 ||
	    (a.text.p >= p && a.text.p + a.text.n <= p + n));
	assert(strlen(a.esc) <= POLICYACTION_ESC_MAX);
	assert(a.code == 0 || (a.code >= 400 && a.code <= 599));
	assert(a.esc[0] == '\0' || a.esc[0] == (char)('0' + a.code / 100));
	assert((a.kind != POLICYACTION_BCC &&
		   a.kind != POLICYACTION_REDIRECT) ||
	    a.text.n <= POLICYACTION_ADDRESS_MAX);
}

static void
rule(const char *p, size_t n)
{
	struct hookrule h;

	if (hookrule_parse(&h, p, n) != NULL)
		return;
	assert(h.stages != 0 && h.stages < 1u << HOOKRULE_STAGES);
	assert(h.conns >= 1 && h.conns <= HOOKRULE_CONNS_MAX);
	assert(h.pipeline >= 1 && h.pipeline <= HOOKRULE_PIPELINE_MAX);
	assert(h.wait_ms >= 1000 && h.wait_ms <= HOOKRULE_WAIT_MAX_S * 1000);
	assert(h.where[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* of its exact length, so that one byte too many is seen */
	char *p = malloc(n + (n == 0));

	assert(p != NULL);
	memcpy(p, data, n);
	blocks(p, n);
	action(p, n);
	if (memchr(p, '\n', n) == NULL)
		rule(p, n);
	free(p);
	return 0;
}
