package contacts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/storage"
)

func numbers(pairs ...string) (all []storage.PersonNumber) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, storage.PersonNumber{Number: pairs[i], Kind: pairs[i+1]})
	}
	return all
}

func check(t *testing.T, file string, format Format, left int, want ...storage.Person) {
	t.Helper()
	got, n, err := Read([]byte(file), format)
	if err != nil || n != left {
		t.Errorf("left out %d, want %d; error %v", n, left, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCSVOfASpreadsheet(t *testing.T) {
	check(t, "\ufeffFirst Name;Last_Name;Company;Department;Job Title;Business Phone;Mobile;Business Phone 2;Shoe size;Watch\r\n"+
		"Zoë;Müller;Acme;Sales;Head;+49 (30) 1234-5678;0170 1234567;;42;yes\r\n"+
		"\"Bob \"\"B\"\"\";;;;;201\r\n"+
		"5\" Pipes;;;;;;;;;\r\n"+
		";;;;;999;;;;\r\n"+ // nobody
		";;Only Company;;;call me;;;;\r\n", "", 2,
		storage.Person{Name: "Zoë Müller", Company: "Acme", Department: "Sales", Job: "Head", Watch: true,
			Numbers: numbers("+493012345678", "business", "01701234567", "mobile")},
		storage.Person{Name: `Bob "B"`, Numbers: numbers("201", "business")},
		storage.Person{Name: `5" Pipes`},
		storage.Person{Name: "Only Company"})
}

func TestCSVOfGroups(t *testing.T) {
	check(t, "id,name,kind,number,members,line\n9,Support,Queue,300,\"201, 202;sip:x@y.example\",sales\n", CSV, 0,
		storage.Person{ID: "9", Name: "Support", Kind: storage.KindQueue, Numbers: numbers("300", ""),
			Members: []string{"201", "202", "sip:x@y.example"}, Line: "sales"})
}

func TestVCards(t *testing.T) {
	check(t, strings.ReplaceAll(`BEGIN:VCARD
VERSION:3.0
UID:urn:uuid:1
N:Müller;Zoë;;;
FN:Zoë Mül
 ler
ORG:Acme\, Inc.;Sales;North
TITLE:Head
item1.TEL;TYPE=WORK,VOICE:+49 30 1234-5678
TEL;TYPE="cell,work";VALUE=uri:tel:+49-170-1234567
TEL;TYPE=home:ask
ADR;TYPE=work:;;Main street 1;Berlin;;10115;DE
NOTE:speaks French\nand Spanish
PHOTO;ENCODING=b:AAAA
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Family;Given;;;
IMPP:sip:given@pbx.example
END:VCARD
`, "\n", "\r\n"), "", 1,
		storage.Person{ID: "urn:uuid:1", Name: "Zoë Müller", Company: "Acme, Inc.", Department: "Sales North", Job: "Head",
			Street: "Main street 1 Berlin 10115 DE", Note: "speaks French and Spanish", Numbers: numbers("+493012345678", "business", "+491701234567", "mobile")},
		storage.Person{Name: "Given Family", Numbers: numbers("sip:given@pbx.example", "")})
}

// Whoever wrote the file must not steer a terminal, a header or the window.
func TestTextsAreCleaned(t *testing.T) {
	people, _, err := Read([]byte("name,number,note\n\"Eve\x1b]0;x\x07\r\nInject: y\u202e\",\"2\r\n01\",\""+strings.Repeat("é", 1000)+"\"\n"), CSV)
	if err != nil || len(people) != 1 {
		t.Fatal(people, err)
	}
	if p := people[0]; p.Name != "Eve]0;x Inject: y" || len([]rune(p.Note)) != maxText || len(p.Numbers) > 0 && p.Numbers[0].Number != "201" {
		t.Errorf("%+v", p)
	}
}

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	for file, says := range map[string]string{
		"":                               "no row of headings",
		"colour,size\nred,1\n":           "is a name",
		"name\n":                         "nobody",
		"name\n\xff\xfe\n":               "UTF-8",
		"BEGIN:VCARD\nFN:x\n":            "within a vCard",
		"BEGIN:VCARD\nEND:VCARD\nFN:x\n": "before BEGIN",
	} {
		if _, _, err := Read([]byte(file), ""); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %q", file, err, says)
		}
	}
	if _, _, err := Read([]byte("name\nx\n"), "xls"); err == nil {
		t.Error("an unknown format is read")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("name,number\nx,201\n"))
	f.Add([]byte("BEGIN:VCARD\nFN:x\nTEL;TYPE=\"a:b\":201\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		people, _, err := Read(file, "")
		if err == nil && len(people) == 0 {
			t.Error("nobody, and nothing is said about it")
		}
		for _, p := range people {
			if p.Name == "" || len([]rune(p.Name)) > maxText || strings.ContainsAny(p.Name, "\r\n\x00\x1b") {
				t.Errorf("name %q", p.Name)
			}
		}
	})
}
