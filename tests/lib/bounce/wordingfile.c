/* the file bounces: its lines, and how much of them */
#include "bounce/wording.h"
#include "memlookup.h"
#include "tap.h"

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define UNKNOWN "1 unknown name within %{}\n"
#define BEGINS "1 a line begins with domain, text, copy or forged\n"

static const struct {
	const char *text, *faults;
} lines[] = {
	{ "", "" },
	{ "# x\n\ndomain * english\ndomain .de german\n", "" },
	{ "domain Example.DE german\ndomain example.de english\n",
	    "2 stands in line 1 already\n" },
	{ "domain a..b german\n", "1 no domain, nor *\n" },
	{ "domain . german\n", "1 no domain, nor *\n" },
	{ "domain example.de\n",
	    "1 behind a domain stands the name of one text\n" },
	{ "domain example.de german english\n",
	    "1 behind a domain stands the name of one text\n" },
	{ "domain example.de " X64 "\n",
	    "0 line 1: there is no text " X64 "\n" },
	{ "domain example.de " X64 "x\n",
	    "1 behind a domain stands the name of one text\n" },
	{ "domain a.example french\ndomain b.example french\n",
	    "0 line 1: there is no text french\n" },
	{ "domain a.example french\ntext french language fr\n", "" },
	{ "text x/y language fr\n", "1 no name of a text\n" },
	{ "text french\n", "1 unknown key of a text\n" },
	{ "text french subject x\n", "1 unknown key of a text\n" },
	{ "text french language\n", "1 no words behind the key\n" },
	{ "text french language f\n", "1 no language tag\n" },
	{ "text french language fr\tx\n",
	    "1 not UTF-8, or a control "
	    "character\n" },
	{ "text french language fr_CA\n", "1 no language tag\n" },
	{ "text french language aaaaa-aaaaaaaaa-aaaaaaaaa-aaaaaaaaa\n", "" },
	{ "text french language aaaaa-aaaaaaaaa-aaaaaaaaa-aaaaaaaaaa\n",
	    "1 no language tag\n" },
	{ "text french  language fr\ntext french language\tde\n",
	    "2 stands in line 1 already\n" },
	{ "text french from Poste \303\240 %{me}\n", UNKNOWN },
	{ "text french from Poste \303\n",
	    "1 not UTF-8, or a control character\n" },
	{ "text french subject-failed Non: %{rcpt}\n", "" },
	{ "text french subject-failed Non: %{subject}\n", UNKNOWN },
	{ "text french several %{count} destinataires\n", "" },
	{ "text french several %{rcpt}\n", UNKNOWN },
	{ "text french subject-copy Copie: %{subject}\n", "" },
	{ "text french subject-failed Non: %{recipient}\n", UNKNOWN },
	{ "text french subject-failed Non: %{token}\n", UNKNOWN },
	{ "text french subject-failed Non: %{tag:x}\n", UNKNOWN },
	{ "text french subject-failed Non: %{rcpt\n", "1 %{ without }\n" },
	{ "text french subject-failed Non: %{rcpts}\n",
	    "1 %{rcpts} stands alone, in a paragraph of its own\n" },
	{ "text french subject-failed %{rcpts}\n",
	    "1 %{rcpts} stands alone, in a paragraph of its own\n" },
	{ "text french copy %{rcpts}\n",
	    "1 %{rcpts} stands alone, in a paragraph of its own\n" },
	{ "text french failed A: %{rcpts}\n",
	    "1 %{rcpts} stands alone, in a paragraph of its own\n" },
	{ "text french failed Pour %{host}.\n", UNKNOWN },
	{ "text french failed Pour %{to}.\n",
	    "0 text french: no paragraph of failed is %{rcpts}\n" },
	{ "text french failed Pour %{to}.\ntext french failed %{rcpts}\n", "" },
	{ "text french said %{host} a dit: %{text} (%{status}) 100%%\n", "" },
	{ "text french more encore %{count}, %{until-iso} %{arrival-iso} "
	  "%{date-iso} %{until} %{arrival} %{date} %{message-id} %{me} %{to}\n",
	    "" },
	{ "copy\n", "1 no kinds of reports\n" },
	{ "copy failed\n", "1 not an address\n" },
	{ "copy failed,success postmaster\n",
	    "1 kinds are failed, delayed and double\n" },
	{ "copy failed, postmaster\n",
	    "1 kinds are failed, delayed and double\n" },
	{ "copy failed a@b@c..d\n", "1 not an address\n" },
	{ "copy failed a b\n", "1 not an address\n" },
	{ "copy failed,delayed,double \"a b\"@x.example\n", "" },
	{ "copy failed class=policy,spam-content postmaster\n", "" },
	{ "copy failed class=policy\n", "1 not an address\n" },
	{ "copy failed class= x\n",
	    "1 no class of failures, see conf-classes(5)\n" },
	{ "copy failed class=policy,rcpt x\n",
	    "1 no class of failures, see conf-classes(5)\n" },
	{ "forged drop\n", "" },
	{ "forged\n", "1 behind forged stands drop or doublebounce\n" },
	{ "forged bounce\n", "1 behind forged stands drop or doublebounce\n" },
	{ "forged drop\nforged drop\n", "2 forged stands twice\n" },
	{ "french\n", BEGINS },
	{ "Domain * english\n", BEGINS },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_bounces, lines[i].text);
		buf_putc(&t.faults, '\0');
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		memtable_free(&t);
	}
}

/* so many copies, texts, bytes of a text, and one more */
static void
limits(void)
{
	struct buf b = { 0 };
	struct memtable t;
	unsigned n, i;

	for (n = WORDING_COPIES_MAX; n <= WORDING_COPIES_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "copy failed u%u\n", i);
		buf_putc(&b, '\0');
		memtable_make(&t, &conffile_bounces, buf_data(&b));
		is_num(buf_len(&t.faults) > 1, n > WORDING_COPIES_MAX,
		    "copies");
		memtable_free(&t);
	}
	for (n = WORDING_TEXTS_MAX; n <= WORDING_TEXTS_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "text t%u language de\n", i);
		buf_putc(&b, '\0');
		memtable_make(&t, &conffile_bounces, buf_data(&b));
		is_num(buf_len(&t.faults) > 1, n > WORDING_TEXTS_MAX, "texts");
		memtable_free(&t);
	}
	/* "copy " and an LF are 6 bytes of a line */
	for (n = WORDING_BYTES_MAX; n <= WORDING_BYTES_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < 31; i++)
			buf_printf(&b, "text t copy %01018u\n", 0);
		buf_printf(&b, "text t copy %0*u\n", (int)(n - 31 * 1024 - 6),
		    0);
		buf_putc(&b, '\0');
		memtable_make(&t, &conffile_bounces, buf_data(&b));
		is_num(buf_len(&t.faults) > 1, n > WORDING_BYTES_MAX, "bytes");
		memtable_free(&t);
	}
	buf_free(&b);
}

int
main(void)
{
	parse();
	limits();
	return done();
}
