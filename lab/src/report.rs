//! A comparison as a table.

use comfy_table::{Cell, CellAlignment, Table, presets};

use crate::compare::{Comparison, Measurement};

impl Comparison {
    /// The table: seconds and peak memory by engine, and how many times faster the first engine is than each other.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let others = || self.engines.iter().skip(1);
        let mut header = vec!["program".to_owned()];
        header.extend(self.engines.iter().map(|engine| format!("{engine} s")));
        header.extend(others().map(|engine| format!("× {engine}")));
        header.extend(self.engines.iter().map(|engine| format!("{engine} MiB")));
        let columns = header.len();
        table.set_header(header);
        for program in &self.programs {
            let mut row = vec![Cell::new(&program.program)];
            row.extend(program.measurements.iter().map(|result| measured(result.as_ref().ok(), seconds)));
            row.extend((1..self.engines.len()).map(|index| ratio(program.ratio(index))));
            row.extend(program.measurements.iter().map(|result| measured(result.as_ref().ok(), mebibytes)));
            table.add_row(row);
        }
        let mut means = vec![Cell::new("geometric mean")];
        means.extend(self.engines.iter().map(|_| Cell::new("")));
        means.extend(self.geometric_means.iter().map(|mean| ratio(*mean)));
        means.extend(self.engines.iter().map(|_| Cell::new("")));
        if self.programs.len() > 1 && self.engines.len() > 1 {
            table.add_row(means);
        }
        for column in table.column_iter_mut().skip(1).take(columns) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let mut text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        text.push_str(&self.footnotes());
        text
    }

    fn footnotes(&self) -> String {
        let manifest = &self.manifest;
        let mut text = String::from("\n");
        for (program, engine, why) in self.programs.iter().flat_map(|program| {
            let pairs = program.measurements.iter().zip(&self.engines);
            pairs.filter_map(|(result, engine)| Some((&program.program, engine, result.as_ref().err()?)))
        }) {
            text += &format!("{program} on {engine}: {why}\n");
        }
        for engine in &manifest.engines {
            text += &format!("{}: {}\n", engine.name, engine.version);
        }
        text + &format!(
            "{}, best of {}, interleaved; {}, {} × {}\n",
            manifest.measure, manifest.runs, manifest.system, manifest.processors, manifest.processor
        )
    }
}

fn measured(result: Option<&Measurement>, show: fn(&Measurement) -> String) -> Cell {
    Cell::new(result.map_or_else(|| "–".to_owned(), show))
}

fn seconds(measurement: &Measurement) -> String {
    format!("{:.3}", measurement.seconds)
}

fn mebibytes(measurement: &Measurement) -> String {
    measurement.peak_memory.map_or_else(|| "–".to_owned(), |bytes| format!("{:.0}", bytes as f64 / f64::from(1 << 20)))
}

fn ratio(ratio: Option<f64>) -> Cell {
    Cell::new(ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}")))
}
