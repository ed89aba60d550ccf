"""What payroll needs each month: business managers' variables, absences, meal vouchers, expenses, declared elements."""
