package contacts

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"cordboard/cti"
	"cordboard/storage"
)

// column puts a cell into a person.
type column func(*storage.Person, string)

func text(at func(*storage.Person) *string) column {
	return func(p *storage.Person, cell string) { *at(p) = cell }
}

// joining puts the words of several columns together, as of given and family name.
func joining(at func(*storage.Person) *string) column {
	return func(p *storage.Person, cell string) { *at(p) = strings.TrimSpace(*at(p) + " " + cell) }
}

// columns are the headings that are known, in lower case and without blanks, dashes and underscores. What else a file has is
// not for a telephone desk.
var columns = map[string]column{
	"id":           text(func(p *storage.Person) *string { return &p.ID }),
	"name":         joining(func(p *storage.Person) *string { return &p.Name }),
	"displayname":  text(func(p *storage.Person) *string { return &p.Name }),
	"fullname":     text(func(p *storage.Person) *string { return &p.Name }),
	"firstname":    joining(func(p *storage.Person) *string { return &p.Name }),
	"givenname":    joining(func(p *storage.Person) *string { return &p.Name }),
	"lastname":     joining(func(p *storage.Person) *string { return &p.Name }),
	"familyname":   joining(func(p *storage.Person) *string { return &p.Name }),
	"company":      text(func(p *storage.Person) *string { return &p.Company }),
	"organization": text(func(p *storage.Person) *string { return &p.Company }),
	"department":   text(func(p *storage.Person) *string { return &p.Department }),
	"job":          text(func(p *storage.Person) *string { return &p.Job }),
	"jobtitle":     text(func(p *storage.Person) *string { return &p.Job }),
	"title":        text(func(p *storage.Person) *string { return &p.Job }),
	"street":       joining(func(p *storage.Person) *string { return &p.Street }),
	"address":      joining(func(p *storage.Person) *string { return &p.Street }),
	"city":         joining(func(p *storage.Person) *string { return &p.Street }),
	"note":         text(func(p *storage.Person) *string { return &p.Note }),
	"notes":        text(func(p *storage.Person) *string { return &p.Note }),
	"kind":         func(p *storage.Person, cell string) { p.Kind = kindOf(cell) },
	"members":      func(p *storage.Person, cell string) { p.Members = splitList(cell) },
	"watch":        func(p *storage.Person, cell string) { p.Watch = yes(cell) },
	"line":         func(p *storage.Person, cell string) { p.Line = cti.LineID(cell) },
}

// numberColumns are headings of numbers, with the kind of number that they stand for.
var numberColumns = map[string]string{
	"number": "", "phone": "", "telephone": "", "tel": "", "sip": "",
	"business": "business", "businessphone": "business", "work": "business", "workphone": "business", "office": "business", "officephone": "business",
	"extension": "internal", "internal": "internal",
	"mobile": "mobile", "mobilephone": "mobile", "cell": "mobile", "cellphone": "mobile",
	"private": "private", "home": "private", "homephone": "private",
	"fax": "fax", "businessfax": "fax",
}

func (c *collector) readCSV(file []byte) error {
	r := csv.NewReader(bytes.NewReader(file))
	r.Comma = separator(file)
	r.FieldsPerRecord = -1 // programs leave empty cells at the end of a row out
	r.LazyQuotes = true
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return errors.New("the file has no row of headings")
	}
	row, err := headings(head)
	if err != nil {
		return err
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the file cannot be read: %w", err)
		}
		if len(c.people) >= storage.MaxPeople {
			return fmt.Errorf("the file has more than %d people", storage.MaxPeople)
		}
		c.add(person(row, cells))
	}
}

// headings finds the meaning of the columns. One of them must be a name.
func headings(head []string) (row []column, err error) {
	named := false
	for _, heading := range head {
		put := columnOf(heading)
		row = append(row, put)
		named = named || put != nil && strings.Contains(strings.ToLower(heading), "name")
	}
	if !named {
		return nil, fmt.Errorf("none of the headings %.200q is a name", strings.Join(head, ", "))
	}
	return row, nil
}

// person makes a row a person.
func person(row []column, cells []string) (p storage.Person) {
	for i, cell := range cells {
		if cell = strings.TrimSpace(cell); i < len(row) && row[i] != nil && cell != "" {
			row[i](&p, cell)
		}
	}
	return p
}

// columnOf finds the meaning of a heading, nil when it has none here.
func columnOf(heading string) column {
	name := strings.NewReplacer(" ", "", "-", "", "_", "", ".", "").Replace(strings.ToLower(heading))
	name = strings.TrimRight(name, "0123456789") // business phone 2
	if kind, ok := numberColumns[name]; ok {
		return func(p *storage.Person, cell string) {
			p.Numbers = append(p.Numbers, storage.PersonNumber{Number: cell, Kind: kind})
		}
	}
	return columns[name]
}

// separator finds out what stands between the cells: the character that the row of headings has most of.
func separator(file []byte) rune {
	head, _, _ := bytes.Cut(file, []byte("\n"))
	best := ','
	for _, r := range ";\t" {
		if bytes.Count(head, []byte(string(r))) > bytes.Count(head, []byte(string(best))) {
			best = r
		}
	}
	return best
}

func kindOf(cell string) storage.PersonKind {
	switch k := storage.PersonKind(strings.ToLower(cell)); k {
	case storage.KindGroup, storage.KindQueue:
		return k
	}
	return storage.KindPerson
}

// splitList reads a cell of several numbers.
func splitList(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;|", r) })
}

func yes(cell string) bool {
	switch strings.ToLower(cell) {
	case "1", "yes", "true", "y", "x", "on":
		return true
	}
	return false
}
