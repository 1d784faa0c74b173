/// <summary>What every lesson uses.</summary>
internal static class Course
{
    /// <summary>Ends the lesson with an error if what it claims does not hold.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="claim">The claim, as a sentence without its full stop.</param>
    public static void Claim(bool holds, string claim)
    {
        if (!holds)
        {
            Console.Error.WriteLine($"This does not hold: {claim}.");
            Environment.Exit(1);
        }
    }

    /// <summary>Writes a picture or a page under <c>runs/lessons</c> and says where.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">What is in it.</param>
    public static void Save(string name, string text)
    {
        var path = Path.Combine("runs", "lessons", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        Console.WriteLine($"  → {path}");
    }
}
